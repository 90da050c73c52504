/** The seed of every property: `npm test` tries the same inputs each time, `npm run test:long` others each night. */

import * as fc from "fast-check";

/** A whole number; 1 if it is not set. */
fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });
