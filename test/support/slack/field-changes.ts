/** Where a field stands: the names and places on the way to it. */
export type FieldPath = readonly (string | number)[];

/** One difference between what Slack answered and what it sends later. */
export interface FieldChange {
  readonly path: FieldPath;
  /** The field's new value; `undefined` takes it away. A field that is not there yet is given as `undefined`, and added. */
  readonly to: (value: unknown) => unknown;
}

type Fields = Record<string, unknown>;

/**
 * A copy that differs in this one field.
 *
 * @throws when nothing on the way to the field is there
 */
export function withChange<T>(value: T, { path, to }: FieldChange): T {
  return changed(value, path, to) as T;
}

function changed(value: unknown, [name, ...rest]: FieldPath, to: FieldChange["to"]): unknown {
  if (name === undefined) return to(value);
  if (Array.isArray(value) && typeof name === "number") {
    const item = changed(value[name], rest, to);
    return value.toSpliced(name, 1, ...(item === undefined ? [] : [item]));
  }
  if (!isObject(value)) throw new Error(`There is no field on the way to ${JSON.stringify(name)}`);
  const { [name]: old, ...others } = value;
  const field = changed(old, rest, to);
  return field === undefined ? others : { ...value, [name]: field };
}

/** The paths of all fields of a value, the containers before what they hold. */
export function pathsOf(value: unknown, at: FieldPath = []): FieldPath[] {
  const below = (name: string | number, field: unknown): FieldPath[] => {
    const path = [...at, name];
    return [path, ...pathsOf(field, path)];
  };
  if (Array.isArray(value)) return value.flatMap((item, index) => below(index, item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, field]) => below(name, field));
}

/** What is there now. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((within, name) => (within as Fields | undefined)?.[name], value);
}

/** Another value of the same kind: what a forger would write there, or a Slack that has learned something. */
export function another(value: unknown): unknown {
  if (typeof value === "string") return `${value} x`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  return undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
