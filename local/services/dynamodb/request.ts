import { type Item, readItem } from './attribute-value.ts';
import { invalid } from './invalid.ts';

/** The members of one request. */
export type Input = Record<string, unknown>;

// Members that change nothing about an action's effect; only their harmless value is taken.
const HARMLESS: Readonly<Record<string, unknown>> = {
  ReturnConsumedCapacity: 'NONE',
  ReturnItemCollectionMetrics: 'NONE',
};

/** Refuses, by name, a member that this action does not have here. */
export const refuseOtherMembers = (action: string, input: Input, members: readonly string[]): void => {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || members.includes(member)) continue;
    if (Object.hasOwn(HARMLESS, member) && HARMLESS[member] === value) continue;
    throw invalid(`The local DynamoDB does not support ${member} in ${action}`);
  }
};

/** The table that a request names, as a name or an ARN. */
export const tableNameOf = (input: Input): string => {
  const name = input['TableName'];
  if (typeof name === 'string' && name !== '') return name;
  throw invalid("The parameter 'TableName' is required but was not present in the request");
};

/** A required map of attributes: an item or a key. */
export const itemMember = (input: Input, member: 'Item' | 'Key' | 'ExclusiveStartKey'): Item => {
  if (input[member] !== undefined) return readItem(input[member]);
  throw invalid(`The parameter '${member}' is required but was not present in the request`);
};

/** An optional member with a closed list of values; the first is the default. */
export const choiceMember = <const T extends string>(
  input: Input,
  member: string,
  choices: readonly [T, ...T[]],
): T => {
  const given = input[member];
  if (given === undefined) return choices[0];
  const choice = choices.find((one) => one === given);
  if (choice !== undefined) return choice;
  throw invalid(
    `1 validation error detected: Value '${String(given)}' at '${member[0]?.toLowerCase()}${member.slice(1)}' failed to ` +
      `satisfy constraint: Member must satisfy enum value set: [${choices.join(', ')}]`,
  );
};

/** An optional true or false; false when absent unless said otherwise. */
export const flagMember = (input: Input, member: string, absent = false): boolean => {
  const given = input[member];
  if (given === undefined) return absent;
  if (typeof given === 'boolean') return given;
  throw invalid(`${member} must be true or false`);
};
