/** Which arguments and inputs of which programs are credentials and nothing else. Pure. */

import { mayBeNameIn, mayNameSomethingElse } from "./assigning-arguments.ts";
import { baseName, isDeclarer, isInterpreter, mayGiveCode } from "./code-givers.ts";
import { shapeOf, textOf, UNKNOWN, type Piece, type Step, type StepWord } from "./command-steps.ts";
import {
  isCredentialName,
  kindOfPlace,
  LEAD_LENGTH,
  type Carriers,
  type Place,
} from "./credential-places.ts";
import { isManifest } from "./manifests.ts";
import { isPassword } from "./password-arguments.ts";
import type { Program } from "./step-programs.ts";
import { names } from "../../shell/names.ts";

/** Of a long text, the beginning that says what it is. */
const HEAD_LENGTH = 60;
/** Characters behind a secret that are looked at. */
const BEHIND_LENGTH = 60;

/** Programs for which a text is data to print, change, find or move: to them a credential is a text like any other. */
const TEXT_PROGRAMS = new Set(
  names(`echo printf print cat tee rm cp mv ln install mkdir rmdir touch truncate chmod chown chgrp cd pushd ls dir find
    fd grep egrep fgrep rg ag sed gsed awk gawk mawk nawk cut tr head tail sort uniq wc rev fold paste join split od xxd
    hexdump strings base64 base32 dd tar bsdtar gzip gunzip zcat bzip2 xz unxz zstd test [ : true false read let bc dc
    seq yes date sleep wait kill pkill killall scp sftp rsync git sponge iconv expr jq yq which type stat file patch
    diff cmp column less more tac nl set unset shift return exit trap open xdg-open start code`),
);

/** Take a credential behind an option of that name. For all other programs it could be a word of its own. */
const CREDENTIAL_CLIENTS = new Set(
  names(`curl wget http https xh grpcurl websocat mysql mysqldump mysqladmin mysqlimport mariadb mariadb-dump psql pg_dump
    pg_restore mongosh mongo mongodump mongorestore redis-cli docker podman nerdctl docker-compose helm kubectl oc oras
    skopeo crane gh glab tea az aws gcloud doctl fly flyctl vercel netlify heroku railway wrangler supabase render
    sentry-cli snyk stripe sonar-scanner vault consul nomad terraform tofu pulumi restic borg rclone op doppler infisical
    cloudflared ngrok tailscale gpg openssl keytool zip unzip 7z 7za dotnet nuget twine cargo gem poetry uv flit hatch
    hf huggingface-cli codecov semgrep newman liquibase flyway sqlcmd bcp ldapsearch ldapadd smbclient sshpass argocd
    databricks snowsql dbt prefect datadog-ci launchdarkly contentful sanity eas expo firebase hcloud linode-cli scw
    ibmcloud oci mc s3cmd b2 turso planetscale pscale neonctl ansible-vault chamber age wscat hey ab wrk k6 svn
    influx jf jfrog kubeadm`),
);

/** Options behind which a user's name without a password can be a token. */
const TAKES_USER: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [/^curl$/, /^(?:-u|-U|--user|--proxy-user)$/],
  [/^(?:http|https|xh)$/, /^(?:-a|--auth)$/],
];

/** Programs for which an option of no telling name may be anything: a task, a test, a package. */
const TASK_RUNNERS = new Set(
  names(`npm npx pnpm yarn bun make gmake just task rake gulp grunt nx turbo lerna mocha jest vitest pytest go gradle
    gradlew mvn ant bazel invoke fab tox nox rails bundle composer artisan mix`),
);

/** How a program is told that its input is a credential. */
const READS_CREDENTIAL =
  /--password-stdin|--with-token|--stdin\b| secret put | secrets? set | env add |--data-file=-/;
/** The same of a document, in which each field has its name. */
const READS_DOCUMENT: readonly (readonly [program: RegExp, told: RegExp])[] = [
  [/^curl$/, / (?:-d|--data(?:-binary|-raw)?|--json)[ =]?@-/],
  [/^(?:http|https|xh)$/, /^/],
  [/^(?:kubectl|oc)$/, /^(?=.* (?:apply|create|replace|delete|diff) ).*-f ?-/],
  [/^(?:docker|podman|docker-compose)$/, / -f ?- /],
  [/^(?:psql|mysql|mariadb|sqlite3|mongosh|redis-cli)$/, /^/],
];
/** Options whose value is a file or a directory, also one called `token=x`. */
const NAMES_FILE = /^(?:-[oOTKCIL]|--(?:output|upload-file|config|file|directory|include))$/;
const NAMES_SECRET_FILE = /^(?:docker|podman|nerdctl|buildah) (?:--secret=|\S*=--secret=)/;
const GIT_WITH_URL = /^(?:clone|fetch|pull|push|remote|ls-remote|submodule|config|-c)$/;
const FEW_WORDS = /^(?:-[nre]+|%s(?:\\n)?)$/;

/** What stands around each secret of a word. */
export function placesIn(word: StepWord, carriers: Carriers): Place[] {
  const shape = shapeOf(word);
  const places: Place[] = [];
  let at = 0;
  for (const piece of word.pieces) {
    const length = piece.kind === "text" ? piece.text.length : UNKNOWN.length;
    if (isSecretPiece(piece, carriers)) {
      const before =
        at <= LEAD_LENGTH
          ? shape.slice(0, at)
          : `${shape.slice(0, HEAD_LENGTH)}\n${shape.slice(at - LEAD_LENGTH + HEAD_LENGTH, at)}`;
      places.push({
        before,
        behind: shape.slice(at + 1, at + BEHIND_LENGTH),
        value: valueOf(piece, carriers),
      });
    }
    at += length;
  }
  return places;
}

function isSecretPiece(piece: Piece, carriers: Carriers): boolean {
  return piece.kind === "secret" || (piece.kind === "variable" && carriers.has(piece.name));
}

/** Whether a part of a word is a secret. */
export function holdsSecret(word: StepWord, carriers: Carriers): boolean {
  return word.pieces.some((piece) => isSecretPiece(piece, carriers));
}

function valueOf(piece: Piece, carriers: Carriers): string | undefined {
  if (piece.kind === "secret") return piece.text;
  return piece.kind === "variable" ? carriers.get(piece.name)?.value : undefined;
}

/** Whether each secret among what a step gives to its program is a credential there. */
export function takesCredentials(program: Program, step: Step, carriers: Carriers): boolean {
  const holds = (word: StepWord): boolean => holdsSecret(word, carriers);
  const isSetting = (word: StepWord): boolean =>
    placesIn(word, carriers).every((place) => kindOfPlace(place) !== undefined && !mayBeNamed(place.before));
  const known = new Set([...program.settings, ...program.args]);
  return (
    // Not the user of `sudo -u`.
    step.words.every((word) => known.has(word) || !holds(word)) &&
    program.settings.every((word) => !holds(word) || isSetting(word)) &&
    program.args.every((word, index) => !holds(word) || takesArgument(program, index, step, carriers)) &&
    step.inputs.every((input) => !holds(input) || takesInput(program, step, input, carriers))
  );
}

/** `PATH=token=…` in front of a program. */
function mayBeNamed(before: string): boolean {
  const [setting = "", variable = ""] = /^(\w+)=/.exec(before) ?? [];
  return mayBeNameIn(variable, before.slice(setting.length));
}

function takesArgument(program: Program, index: number, step: Step, carriers: Carriers): boolean {
  const { name, args, scriptAt } = program;
  const word = args[index];
  if (word === undefined || isDeclarer(name)) return false;
  const places = placesIn(word, carriers);
  if (name === "git") return takesGitArgument(args, places, word, carriers);
  if (name === "echo" || name === "printf") return isPrinted(program, places, word, step);
  if (TEXT_PROGRAMS.has(name) || (isInterpreter(name) && (scriptAt ?? index) >= index)) return false;
  if (places.every((place) => isPasswordAt(program, index, place))) return true;
  const before = index === 0 ? "" : shapeOf(args[index - 1] ?? word);
  if (NAMES_FILE.test(before) || NAMES_SECRET_FILE.test(`${name} ${before}=${shapeOf(word)}`)) return false;
  if (places.some((place) => mayNameSomethingElse(program, index, place.before))) return false;
  return places.every(
    (place) =>
      kindOfPlace(place) !== undefined ||
      isPasswordAt(program, index, place) ||
      (place.before === "" &&
        TAKES_USER.some(([name, option]) => name.test(program.name) && option.test(before))) ||
      (word.pieces.length === 1 && (isStructured(word, carriers) || isBehindOption(program, index, before))),
  );
}

function isPasswordAt({ name, args }: Program, index: number, place: Place): boolean {
  const earlier = args.slice(0, index).map(shapeOf);
  return /^(?:$|[:;@,])/.test(place.behind) && isPassword(name, earlier, place.before);
}

/** A variable of which all but the secret can be read: a URL, a header. */
function isStructured({ pieces: [piece] }: StepWord, carriers: Carriers): boolean {
  return piece?.kind === "variable" && carriers.get(piece.name)?.isBare === false;
}

function isBehindOption({ name, path, args, scriptAt }: Program, index: number, before: string): boolean {
  if (!isCredentialName(before)) return false;
  const earlier = new Set(args.slice(0, index - 1).map(shapeOf));
  if (!before.startsWith("-")) return (CREDENTIAL_CLIENTS.has(name) && earlier.has("set")) || name === "setx";
  if (CREDENTIAL_CLIENTS.has(name) || scriptAt !== undefined) return true;
  if (TASK_RUNNERS.has(baseName(path))) return earlier.has("--");
  // A program of the project's own.
  return path.includes("/");
}

function takesGitArgument(
  args: readonly StepWord[],
  places: readonly Place[],
  word: StepWord,
  carriers: Carriers,
): boolean {
  if (!args.some((arg) => GIT_WITH_URL.test(shapeOf(arg)))) return false;
  const kinds = places.map(kindOfPlace);
  return (
    kinds.every((kind) => kind === "user" || kind === "header") ||
    (word.pieces.length === 1 && isStructured(word, carriers))
  );
}

/** `echo "$TOKEN" | docker login --password-stdin`, `echo "API_KEY=…" >> .env` */
function isPrinted({ args }: Program, places: readonly Place[], word: StepWord, step: Step): boolean {
  const { feeds, outputs, isCaptured } = step;
  if (isCaptured) return false;
  if (outputs.length === 0 && typeof feeds === "object" && readsCredential(feeds))
    return word.pieces.length === 1 && args.every((arg) => arg === word || FEW_WORDS.test(textOf(arg) ?? ""));
  return settingsFile(step) !== undefined && places.every((place) => kindOfPlace(place) === "field");
}

function readsCredential({ words: [program, ...args] }: Step): boolean {
  return (
    CREDENTIAL_CLIENTS.has(baseName(shapeOf(program ?? EMPTY))) &&
    READS_CREDENTIAL.test(` ${args.map(shapeOf).join(" ")} `)
  );
}

function takesInput(
  program: Program,
  step: Step,
  input: Step["inputs"][number],
  carriers: Carriers,
): boolean {
  if (!input.isDocument) return input.pieces.length === 1 && readsCredential(step);
  const isNamed = placesIn(input, carriers).every((place) => kindOfPlace(place) !== undefined);
  if (!isNamed || step.isCaptured) return false;
  if (program.name !== "cat" && program.name !== "tee") return readsDocument(step, program.name, input);
  const file = writtenFile(step);
  if (file !== undefined) return !isManifest(file);
  return (
    typeof step.feeds === "object" &&
    readsDocument(step.feeds, baseName(shapeOf(step.feeds.words[0] ?? input)), input)
  );
}

function readsDocument({ words: [, ...args] }: Step, name: string, input: StepWord): boolean {
  const line = ` ${args.map(shapeOf).join(" ")} `;
  return (
    READS_DOCUMENT.some(([tool, told]) => tool.test(name) && told.test(line)) &&
    !mayGiveCode(name, [shapeOf(input)])
  );
}

/** The one file that a step of `echo`, `cat` or `tee` writes; undefined where that is not known. */
export function writtenFile({ words: [program, ...args], outputs, feeds }: Step): string | undefined {
  if (typeof feeds === "object" && outputs.length === 0 && shapeOf(feeds.words[0] ?? EMPTY) === "tee")
    return writtenFile(feeds);
  const isTee = program !== undefined && textOf(program) === "tee";
  const files = isTee ? args.filter((arg) => textOf(arg) !== "-a").concat(outputs) : outputs;
  const [file, ...others] = files;
  return file === undefined || others.length > 0 || (feeds !== undefined && !isTee)
    ? undefined
    : textOf(file);
}

const EMPTY: StepWord = { start: 0, end: 0, pieces: [] };
const SETTINGS_FILE =
  /(?:^|[/.])(?:env(?:\.[\w.-]+)?|envrc|npmrc|netrc|pgpass|pypirc|yarnrc\.yml|dev\.vars|properties|ini|toml)$/;

/** The same where it is a file of settings, that nothing runs. */
export function settingsFile(step: Step): string | undefined {
  const file = writtenFile(step);
  return file !== undefined && SETTINGS_FILE.test(file) && !file.endsWith(".envrc") && !isManifest(file)
    ? file
    : undefined;
}
