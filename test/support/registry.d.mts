/** What a person can do about it, if npm's words are that its registry cannot be reached. */
export function registryIsAway(said: string): string | undefined;
/** Asks the registry: as {@link registryIsAway}, after ten seconds at the latest. */
export function askRegistry(): Promise<string | undefined>;
