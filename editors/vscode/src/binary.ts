/**
 * Where the `connect-lint` program is: the setting, the project's npm package, what comes with the
 * extension, `PATH`; the first that is there counts.
 */

import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

/** What the look-up needs to know of the editor and the machine. */
export interface Surroundings {
  /** `connect-lint.path`. */
  setting: string | null | undefined;
  /** The folders of the workspace. */
  folders: readonly string[];
  /** Whether the workspace is trusted: if not, nothing that lies in it is run. */
  trusted: boolean;
  /** The folder that the extension is installed in. */
  extension: string;
  /** The variable `PATH`. */
  path: string | undefined;
  platform: NodeJS.Platform;
  arch: string;
}

/** Which of the places a program was found in. */
export type Origin = 'setting' | 'project' | 'extension' | 'PATH';

export type Lookup =
  | { found: true; program: string; origin: Origin }
  | { found: false; tried: string[] };

/** The first program that is there. A setting that leads nowhere is an error, not passed over. */
export function findProgram(around: Surroundings): Lookup {
  const set = around.setting?.trim();
  if (set) {
    const program = expand(set, around.folders);
    return isProgram(program)
      ? { found: true, program, origin: 'setting' }
      : { found: false, tried: [program] };
  }
  const tried: string[] = [];
  for (const [origin, places] of placesOf(around)) {
    for (const program of places) {
      if (isProgram(program)) {
        return { found: true, program, origin };
      }
      tried.push(program);
    }
  }
  return { found: false, tried };
}

function placesOf(around: Surroundings): [Origin, string[]][] {
  const name = around.platform === 'win32' ? 'connect-lint.exe' : 'connect-lint';
  const projects = around.trusted ? around.folders : [];
  return [
    ['project', projects.flatMap((folder) => inProject(folder, name, around))],
    ['extension', [join(around.extension, 'bin', name)]],
    ['PATH', onPath(around.path, name)],
  ];
}

/** A path as it is written in the settings. */
function expand(path: string, folders: readonly string[]): string {
  const first = folders[0] ?? '.';
  const filled = path
    .replaceAll('${workspaceFolder}', first)
    .replace(/^~(?=$|[\\/])/, () => homedir());
  return isAbsolute(filled) ? filled : resolve(first, filled);
}

/**
 * The npm package in a project: the program of its package for this platform, which needs no Node,
 * or else the script that starts it.
 */
function inProject(folder: string, name: string, around: Surroundings): string[] {
  const script = around.platform === 'win32' ? [] : [join(folder, 'node_modules', '.bin', name)];
  const link = join(folder, 'node_modules', 'connect-lint');
  const packages = readPackage(link);
  if (!packages) {
    return script;
  }
  // Package managers lay what a package needs beside it, or in it: below where a link leads.
  const real = realpathSync(link);
  const homes = [join(real, 'node_modules'), dirname(real), dirname(link)];
  const suffix = new RegExp(`(^|[-/])${around.platform}-${around.arch}(-|$)`);
  const native = Object.keys(packages.optionalDependencies ?? {})
    .filter((dependency) => suffix.test(dependency))
    .flatMap((dependency) => homes.map((home) => join(home, dependency, 'bin', name)));
  return [...native, ...script];
}

function readPackage(folder: string): { optionalDependencies?: object } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Empty entries of `PATH` mean the current folder, which is nobody's intent here. */
function onPath(path: string | undefined, name: string): string[] {
  const folders = (path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
