/** What tells a request from one with the same words elsewhere, as far as all of it is known. */

import { isDeepStrictEqual } from "node:util";
import type { PermissionRequest } from "../gateway/domain/ask.ts";
import type { SessionInfo } from "../gateway/domain/content.ts";
import type { Description } from "../gateway/description.ts";
import { findPlaces } from "../opencode/places.ts";

type Found = Required<Pick<Description, "isInPlace" | "provenance">>;

/** @returns undefined where not all of it is known. Does not reject. */
export type FindProvenance = (request: PermissionRequest, session: SessionInfo) => Promise<Found | undefined>;

export function createProvenanceFinder(base: Parameters<typeof findPlaces>[1]): FindProvenance {
  return async (request, { sessionIDs, agent, model }) => {
    const places = await findPlaces(request, base);
    if (sessionIDs === undefined || agent === undefined || model === undefined || places === undefined)
      return undefined;
    return {
      provenance: { sessionIDs, agent, model, places },
      isInPlace: async () => isDeepStrictEqual(await findPlaces(request, base), places),
    };
  };
}
