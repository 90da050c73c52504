/** JavaScript that reaches the functions of a module, or of the process, otherwise than by their names. */

import { withoutTexts } from "./plain-code.ts";

/** There without being asked for, where code is given to Node.js. */
const GLOBAL = ["fs", "os", "process", "child_process", "vm"];
/** So too, but people also call other things by these names. */
const ALSO_OTHERS = new Set(["module", "global", "globalThis"]);

/** `x = require("fs")`, `import * as x from "fs"`, `import x from "fs"` */
const BUILT_IN = String.raw`["'\x60](?:node:)?(?:fs|os|process|child_process|vm|module|cluster|worker_threads)\b`;
const REQUIRED = new RegExp(
  String.raw`(?<!\w)([A-Za-z_$][\w$]{0,60})\s{0,3}=\s{0,3}require\s{0,3}\(\s{0,3}${BUILT_IN}`,
  "g",
);
const IMPORTED = new RegExp(
  String.raw`\bimport\s{1,3}(?:\*\s{0,3}as\s{1,3})?([\w$]{1,60})\s{1,3}from\s{0,3}${BUILT_IN}`,
  "g",
);

/** `p = process`, `q = fs.promises` */
const HANDED =
  /(?<!\w)([A-Za-z_$][\w$]{0,60})\s{0,3}=\s{0,3}([A-Za-z_$][\w$]{0,60})(?:\.[\w$]{1,60}){0,4}\s{0,3}(?=[;,\n)}]|$)/g;

/** A word that is no field of something else, where it is neither called nor set, and no field of it is named. */
const WORD = /(?<![\w$.])([A-Za-z_$][\w$]{0,60})(?![\w$])(?!\s{0,3}(?:\.|\?\.(?!\[)|\(|:|=(?!=)|from\b))/g;

/** `x["a" + b]`, `x[a + "b"]` */
const JOINED = /[\w$)\]]\s{0,3}(?:\?\.)?\[(?:[^[\]\n]{0,80}\+\s{0,3}""|\s{0,3}""\s{0,3}\+)/;
const INDEXED =
  /\b(?:module|global|globalThis|this)\s{0,3}(?:\?\.)?\[|\breturn\s{1,3}this\b|getBuiltinModule/;

/** Whether a function's name is put together, or a module is gone through or given on. */
export function hidesModules(code: string): boolean {
  const { bare } = withoutTexts(code.replaceAll("`", '"'));
  if (JOINED.test(bare) || INDEXED.test(bare)) return true;
  const declared = [...code.matchAll(REQUIRED), ...code.matchAll(IMPORTED)].map(([, name = ""]) => name);
  const modules = new Set([...GLOBAL, ...declared]);
  for (const [, name = "", from = ""] of bare.matchAll(HANDED))
    if (modules.has(from) || ALSO_OTHERS.has(from)) modules.add(name);
  return Array.from(bare.matchAll(WORD)).some(([, name = ""]) => modules.has(name));
}
