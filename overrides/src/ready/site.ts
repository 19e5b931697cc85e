/** Judges what the host delivers: whether Python's files are there, and whether they come as what they are. */
import { fine, follows, lacking, limited, type Line } from './line.ts';
import type { FileSeen, SiteSeen } from './seen.ts';

const TEACHER = 'This is not your fault: send the report below to your teacher. ';

/** Types under which browsers run a file as a module. */
const SCRIPTS: ReadonlySet<string> = new Set([
  'text/javascript', 'application/javascript', 'application/x-javascript', 'application/ecmascript', 'text/ecmascript',
  'text/x-javascript', 'text/x-ecmascript', 'text/jscript', 'text/livescript', 'application/x-ecmascript',
]);

/** How many names a sentence takes. */
const NAMED = 4;

/** The lines about the site. */
export function judgeSite(seen: SiteSeen): readonly Line[] {
  return [files(seen), types(seen)];
}

function there({ status }: FileSeen): boolean {
  return status >= 200 && status < 300;
}

/** A host that knows no such file may answer with a page that says so, or that asks to sign in. */
function isPage({ type, path }: FileSeen): boolean {
  return type === 'text/html' && !path.endsWith('.html');
}

function files({ online, files: all }: SiteSeen): Line {
  const silent = all.filter(({ status }) => status === 0);
  if (all.length > 0 && silent.length === all.length) {
    return limited('files', online ? 'The site does not answer.' : 'There is no connection to the network.',
      'Python can only start from what this browser has kept.', 'Check your connection, then check again.');
  }
  const wrong = all.filter((file) => !there(file) || isPage(file));
  if (wrong.length === 0) return fine('files', `All ${all.length} are there.`);
  const told = wrong.map((file) => `${file.path} (${answer(file)})`);
  return lacking('files', `${wrong.length} of ${all.length} are missing: ${listed(told)}.`,
    'Python, or some packages, cannot start here.',
    `${TEACHER}Whoever publishes the course should upload the whole site again, the folder “runtime” above all.`);
}

function answer(file: FileSeen): string {
  if (file.status === 0) return 'no answer';
  return there(file) ? 'a web page came instead' : String(file.status);
}

function types({ files: all }: SiteSeen): Line {
  const known = all.filter((file) => there(file) && !isPage(file));
  const scripts = known.filter(({ path, type }) => /\.m?js$/.test(path) && !SCRIPTS.has(type));
  const wasm = known.filter(({ path, type }) => path.endsWith('.wasm') && type !== 'application/wasm');
  if (known.length === 0) return follows('types', 'limited', 'Not looked at: no file has come.');
  if (scripts.length > 0) {
    return lacking('types', `Scripts are labelled wrongly: ${listed(scripts.map(labelled))}.`,
      'Browsers refuse to run scripts that are labelled as something else, so Python cannot start.',
      `${TEACHER}The web server has to send .js and .mjs files as text/javascript.`);
  }
  if (wasm.length > 0) {
    return limited('types', `WebAssembly is labelled wrongly: ${listed(wasm.map(labelled))}.`,
      'Python starts all the same; where it has to start without its saved memory, that takes longer.',
      `${TEACHER}The web server should send .wasm files as application/wasm.`);
  }
  return fine('types', 'Scripts and WebAssembly come as what they are.');
}

function labelled({ path, type }: FileSeen): string {
  return `${path} as “${type === '' ? 'nothing' : type}”`;
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}
