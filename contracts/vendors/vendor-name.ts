/** Words that say which kind of company it is, not which company. */
const legalForms: ReadonlySet<string> = new Set(
  (
    'ab ag aps as asa bv bvba co company corp corporation eg ek gbr gmbh inc incorporated kft kg kgaa limited llc llp ltd mbh nv ' +
    'ohg oy oyj plc pte pty ps sa sarl sas se sl spa spzoo sprl srl sro und and ug'
  ).split(' '),
);

/** The words that tell a company from others. */
export function tellingWords(name: string): string[] {
  const words = name
    .replace(/\./g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const telling = words.filter((word) => !legalForms.has(plain(word)));
  return telling.length > 0 ? telling : words;
}

/** The same for two ways of writing the name of one company: case, accents, punctuation and legal form do not count. */
export const nameKey = (name: string): string => tellingWords(name).map(plain).join(' ');

const plain = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
