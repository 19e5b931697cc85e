/** Judges how Python started and whether a package could be imported. */
import { fine, follows, lacking, limited, type Line } from './line.ts';
import type { PackageSeen, PythonSeen, StartSeen } from './seen.ts';

/** Seconds from which a reader wonders whether anything happens. */
const SLOW = 20;

/** The lines about Python; `null` where it was not tried, because the browser cannot run it. */
export function judgePython(seen: PythonSeen | null): readonly Line[] {
  if (seen === null) {
    return [follows('python', 'missing', 'Not tried: without WebAssembly it cannot start.'), follows('package', 'missing', 'Not tried.')];
  }
  return [start(seen.start), packageLine(seen)];
}

function start(seen: StartSeen): Line {
  if (!seen.ok) {
    return lacking('python', `Python did not start: ${seen.problem}`, 'Cells cannot run here. Reading and writing work.',
      'If files are missing or labelled wrongly, see above. Else reload this page; if it stays so, try another browser and send the report below to your teacher.');
  }
  const found = `Python ${seen.version} started and worked out 1 + 1 in ${seconds(seen.seconds)}.`;
  if (seen.seconds > SLOW) {
    return limited('python', found, 'The first run takes that long; later ones are much quicker, as the browser keeps the files.',
      'A slow connection is the frequent cause. Let it finish once; the next start is quicker.');
  }
  return fine('python', found);
}

function packageLine({ start: { ok }, package: seen }: PythonSeen): Line {
  if (!ok) return follows('package', 'missing', 'Not tried: Python did not start.');
  return ofPackage(seen);
}

function ofPackage(seen: PackageSeen): Line {
  if (seen === null) return fine('package', 'This course uses none but Python\'s own.');
  if (seen.ok) return fine('package', `${seen.name} was fetched and imported in ${seconds(seen.seconds)}.`);
  return lacking('package', `${seen.name} could not be imported: ${seen.problem}`, 'Cells that use it will fail.',
    'Check your connection, then check again. If it stays so, send the report below to your teacher.');
}

function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}
