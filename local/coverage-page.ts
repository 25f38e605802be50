import type { Service } from './service.ts';

/** The services of the local AWS as a page of Markdown: what is there, and what behaves otherwise than AWS. All else is refused by name. */
export const coveragePage = (services: readonly Service[]): string =>
  [
    '# What the local AWS covers',
    '',
    'Generated from the tables of `local/`. An action, a resource type or a property that is not listed is refused by name.',
    '',
    'Every request is signed (Signature Version 4, in headers) and held against the policies of the role that signed it. Only at the API does the age of a signature matter: five minutes, by the clock of the host. The services behind it tell the local clock, which tests can advance.',
    '',
    ...services.toSorted((left, right) => left.name.localeCompare(right.name)).flatMap(section),
  ].join('\n');

const section = ({ name, actions, resources, differences = [] }: Service): readonly string[] => [
  `## ${name}`,
  '',
  ...list('Actions', Object.keys(actions)),
  ...Object.entries(resources).flatMap(([type, { properties }]) => list(`\`${type}\``, properties)),
  ...differences.map((difference) => `- ${difference}`),
  ...(differences.length > 0 ? [''] : []),
];

const list = (title: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`${title}: ${names.map((name) => `\`${name}\``).join(', ')}`, ''];
