import { marshall } from '@aws-sdk/util-dynamodb';

/**
 * The parameters of one conditional UpdateItem: sets fields, removes those that are undefined, where the item has the
 * version that was seen; with `seen` undefined, where there is no item.
 */
export function updateOf(fields: Readonly<Record<string, unknown>>, seen: number | undefined) {
  const names = Object.keys(fields);
  const set = names.filter((name) => fields[name] !== undefined);
  const remove = names.filter((name) => fields[name] === undefined);
  const removal = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
  const values = Object.fromEntries(set.map((name) => [`:${name}`, fields[name]]));
  return {
    UpdateExpression: `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}${removal}`,
    ConditionExpression: seen === undefined ? 'attribute_not_exists(id)' : '#version = :seen',
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: marshall(
      { ...values, ...(seen !== undefined && { ':seen': seen }) },
      { removeUndefinedValues: true },
    ),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}
