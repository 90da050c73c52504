import { listenOnce } from "../free-port.ts";
import { PlainFailure } from "./plain-failure.ts";

const DEFAULT_PORT = 4780;
const HIGHEST_PORT = 65_535;

/**
 * The port of the page, on 127.0.0.1: the wanted one, or a free one where that cannot be had.
 * @param wanted `PORT`, as the environment has it; 0 for a free one
 * @throws PlainFailure
 */
export async function choosePort(wanted = String(DEFAULT_PORT)): Promise<number> {
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 0 || port > HIGHEST_PORT) {
    throw new PlainFailure(
      `PORT is "${wanted}", which is no port: set it to a number up to ${HIGHEST_PORT}.`,
    );
  }
  try {
    return await listenOnce(port);
  } catch (error) {
    const free = await listenOnce(0);
    const { code } = error as NodeJS.ErrnoException;
    console.log(
      `Port ${port} ${code === "EADDRINUSE" ? "is in use" : `cannot be used (${code})`}; using ${free}.`,
    );
    return free;
  }
}
