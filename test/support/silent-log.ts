import { createLog } from "../../src/system/log.ts";

/** For parts whose log nobody reads. */
export const silentLog = createLog({ file: "/dev/null", level: "silent", mask: String });
