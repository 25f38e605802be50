import { type Change, type Row, recordKey, type State } from '../../../../lib/simulation/state.ts';
import { columnOf, type EntityType, type Service, shownDigits } from './edm.ts';

/** The records as one request sees them. */
export type View = Pick<State, 'rows' | 'row'>;

/** The records as they will be once `changes` are committed. */
export const preview = (view: View, changes: readonly Change[]): View => {
  const changed = new Map(changes.map((change) => [`${change.table}\n${change.key}`, change]));
  return {
    row: (table, key) => {
      const change = changed.get(`${table}\n${key}`);
      return change ? (change.row ?? undefined) : view.row(table, key);
    },
    rows: (table) => {
      const mine = changes.filter((change) => change.table === table);
      if (mine.length === 0) return view.rows(table);
      const kept = view.rows(table).filter((row) => !mine.some(({ key }) => view.row(table, key) === row));
      return [...kept, ...mine.flatMap(({ row }) => (row ? [row] : []))];
    },
  };
};

/** Names and values of a record's keys as one protocol version shows them. */
export const shownKeys = (entity: EntityType, row: Row, version: 2 | 4): [string, string][] =>
  entity.keys.map((name) => {
    const [property, value] = [entity.properties[name], String(row[columnOf(entity, name)] ?? '')];
    return [name, property?.digits ? shownDigits(property, value, version) : value];
  });

/** Follows navigations; each is indexed once, so that expanding a page costs one pass over the target. */
export const createNavigator = (service: Service, view: View) => {
  const indexes = new Map<string, Map<string, Row[]>>();
  const indexOf = (target: EntityType, names: readonly string[]) => {
    const id = [target.table, ...names].join(' ');
    const known = indexes.get(id);
    if (known) return known;
    const index = Map.groupBy(view.rows(target.table), (row) =>
      recordKey(...names.map((name) => row[columnOf(target, name)] ?? '')),
    );
    indexes.set(id, index);
    return index;
  };
  return (entity: EntityType, row: Row, name: string): readonly Row[] => {
    const navigation = entity.navigations[name];
    const target = navigation && service.entities[navigation.target];
    if (!navigation || !target) return [];
    const own = recordKey(...Object.keys(navigation.on).map((property) => row[columnOf(entity, property)] ?? ''));
    return indexOf(target, Object.values(navigation.on)).get(own) ?? [];
  };
};
