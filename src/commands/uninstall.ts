export async function uninstall(_: readonly string[]): Promise<number> {
  return 0;
}
