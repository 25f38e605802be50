import { CountersignError } from './errors.ts';

const maxBytes = 256 * 1024;
const maxDepth = 32;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses the JSON of a call, refusing what a schema never sees: size, depth, and names that occur twice (of which JSON.parse keeps the last).
 * Throws `INPUT_TOO_LARGE`, `INPUT_INVALID`.
 */
export function parseGuarded(body: string): unknown {
  if (Buffer.byteLength(body) > maxBytes)
    throw new CountersignError('INPUT_TOO_LARGE', 'The body is larger than 256 KB.');
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new CountersignError('INPUT_INVALID', 'The body is not JSON.');
  }
  checkNames(body);
  return value;
}

/** Follows the structure of a text that is known to be JSON. */
function checkNames(json: string): void {
  const open: (Set<string> | undefined)[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;
  for (let match = token.exec(json); match; match = token.exec(json)) {
    const [found] = match;
    if (found === '{' || found === '[') {
      open.push(found === '{' ? new Set() : undefined);
      if (open.length > maxDepth)
        throw new CountersignError('INPUT_INVALID', `The body is nested deeper than ${maxDepth}.`);
    } else if (found === '}' || found === ']') open.pop();
    else if (isName(json, token.lastIndex)) checkName(open.at(-1), JSON.parse(found));
  }
}

const isName = (json: string, after: number): boolean => {
  let at = after;
  while (' \t\n\r'.includes(json.charAt(at)) && at < json.length) at++;
  return json.charAt(at) === ':';
};

function checkName(names: Set<string> | undefined, name: string): void {
  if (forbidden.has(name)) throw new CountersignError('INPUT_INVALID', `The name ${name} is not allowed.`);
  if (names?.has(name)) throw new CountersignError('INPUT_INVALID', 'A name occurs twice in one object.');
  names?.add(name);
}
