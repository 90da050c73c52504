/**
 * Loads at the first call, and once; again after a call that failed, as what was wrong may not be wrong any more: there
 * were too many open files, or a package was being installed.
 */
export function createLazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return async () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
