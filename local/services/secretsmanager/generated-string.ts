import * as z from 'zod';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** `GenerateSecretString` of a template. */
export const generateSecretString = z.strictObject({
  PasswordLength: z.int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  RequireEachIncludedType: z.boolean().default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

type Wish = z.output<typeof generateSecretString>;

/** Picks a whole number from 0 to below `bound`. */
export type Pick = (bound: number) => number;

const alphabets = (wish: Wish): string[] => {
  const wanted = [
    wish.ExcludeLowercase ? '' : LOWER,
    wish.ExcludeUppercase ? '' : LOWER.toUpperCase(),
    wish.ExcludeNumbers ? '' : DIGITS,
    wish.ExcludePunctuation ? '' : PUNCTUATION,
    wish.IncludeSpace ? ' ' : '',
  ];
  return wanted
    .map((alphabet) => [...alphabet].filter((character) => !wish.ExcludeCharacters.includes(character)).join(''))
    .filter((alphabet) => alphabet !== '');
};

const password = (wish: Wish, pick: Pick): string => {
  const included = alphabets(wish);
  if (included.length === 0) throw new Error('GenerateSecretString excludes every character');
  const one = (alphabet: string): string => alphabet[pick(alphabet.length)] ?? '';
  const required = wish.RequireEachIncludedType ? included.slice(0, wish.PasswordLength).map(one) : [];
  const rest = Array.from({ length: wish.PasswordLength - required.length }, () => one(included.join('')));
  // The required characters go to random places.
  return required
    .reduce((characters, character) => characters.toSpliced(pick(characters.length + 1), 0, character), rest)
    .join('');
};

/** The secret text that a template wishes for: a password, or its JSON template with the password under the given key. */
export const generatedString = (wish: Wish, pick: Pick): string => {
  const text = password(wish, pick);
  const { SecretStringTemplate: template, GenerateStringKey: key } = wish;
  if (template === undefined && key === undefined) return text;
  if (template === undefined || key === undefined) {
    throw new Error('SecretStringTemplate and GenerateStringKey go together');
  }
  return JSON.stringify({ ...JSON.parse(template), [key]: text });
};
