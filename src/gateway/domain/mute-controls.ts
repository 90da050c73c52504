/** What a card can be pressed on to have no new cards for a while, and to have them again. */

import type { PlannedControl } from "./control.ts";

export const MUTE: PlannedControl = { name: "mute", label: "Mute 1 h", effect: { kind: "mute" } };

export const UNMUTE: PlannedControl = { name: "unmute", label: "Unmute", effect: { kind: "unmute" } };
