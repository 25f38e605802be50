import { type Action, defineService, type Permission, type ServiceContext } from '../../service.ts';
import { deleteItem } from './delete-item.ts';
import { tableResource } from './deploy-table.ts';
import { getItem } from './get-item.ts';
import { putItem } from './put-item.ts';
import { query } from './query.ts';
import { type Input, tableNameOf } from './request.ts';
import { scan } from './scan.ts';
import { updateItem } from './update-item.ts';

const touched = ({ region, account }: ServiceContext, input: Input): string => {
  const name = tableNameOf(input);
  const table = name.startsWith('arn:') ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
  const index = input['IndexName'];
  return typeof index === 'string' ? `${table}/index/${index}` : table;
};

/** DynamoDB as far as the product uses it; items, indexes and stream change in one SQLite transaction. */
export const dynamodb = (context: ServiceContext) => {
  const action = (name: string, run: (context: ServiceContext, input: Input) => object): Action => ({
    permissions: (input): readonly Permission[] => [{ action: `dynamodb:${name}`, resource: touched(context, input) }],
    run: ({ input }) => run(context, input),
  });
  return defineService({
    name: 'dynamodb',
    protocol: { kind: 'json', targetPrefix: 'DynamoDB_20120810', version: '1.0' },
    actions: {
      GetItem: action('GetItem', getItem),
      PutItem: action('PutItem', putItem),
      UpdateItem: action('UpdateItem', updateItem),
      DeleteItem: action('DeleteItem', deleteItem),
      Query: action('Query', query),
      Scan: action('Scan', scan),
    },
    resources: { 'AWS::DynamoDB::Table': tableResource(context) },
  });
};
