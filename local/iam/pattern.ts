const wildcards: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };
const compiled = new Map<string, RegExp>();

/** Matches IAM wildcards: `*` any run of characters, `?` one character; everything else literally. */
export const matchesPattern = (text: string, pattern: string): boolean => {
  if (pattern === '*') return true;
  let expression = compiled.get(pattern);
  if (!expression) {
    const parts = pattern.split(/([*?])/).map((part) => wildcards[part] ?? part.replace(/[\\^$.|+()[\]{}]/g, '\\$&'));
    expression = new RegExp(`^${parts.join('')}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
};

/** Matches ARNs part by part: a wildcard does not reach over one of the first five colons. */
export const matchesArn = (arn: string, pattern: string): boolean => {
  const parts = splitArn(arn);
  const patterns = splitArn(pattern);
  return parts.length === patterns.length && patterns.every((one, index) => matchesPattern(parts[index] ?? '', one));
};

const splitArn = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
};
