import * as z from 'zod';
import { releaseStock } from '../../../contracts/release-stock.ts';
import { documentStatus } from '../../../contracts/shapes.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { eq, keyPath } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { expectVersion } from '../expected-version.ts';
import {
  findReservationLines,
  isOver,
  type Reservation,
  statusOfReservation,
  versionOfReservation,
} from '../reservation.ts';

type Input = z.output<typeof releaseStock.input>;

const state = z.strictObject({
  version: z.string(),
  status: documentStatus,
  etag: z.string().optional(),
  line: z.string(),
  recordType: z.string(),
  item: z.string(),
  isOver: z.boolean(),
  /** Not withdrawn, whether or not it still may be. */
  open: z.string(),
  withdrawn: z.string(),
  unit: z.string(),
});

type State = z.output<typeof state>;

/**
 * `release_stock` by flags of one line: marked for deletion where nothing was withdrawn, finally issued where something was.
 * Either keeps the line readable, which proves what happened; a DELETE of the document would not.
 */
export default implement(releaseStock, {
  state,
  documentOf: ({ reservation }: Input) => reservation,

  read: async (input: Input, { client, ...call }: Call<S4hanaClient>): Promise<State> => {
    const lines = await findReservationLines(client, eq('Reservation', input.reservation), call);
    const line = lineOf(lines, input);
    return {
      version: versionOfReservation([line]),
      status: statusOfReservation(line),
      ...(line.etag !== undefined && { etag: line.etag }),
      line: line.line,
      recordType: line.recordType,
      item: line.item,
      isOver: isOver(line),
      open: line.open.toFixed(),
      withdrawn: line.withdrawn,
      unit: client.units.toRec20(line.baseUnit),
    };
  },

  check: ({ expectedVersion }: Input, before: State) => {
    expectVersion(expectedVersion, before);
    if (before.status === 'fulfilled')
      throw new CountersignError('ALREADY_WITHDRAWN', `All ${before.withdrawn} ${before.unit} have been withdrawn.`);
  },

  run: async ({ reservation }: Input, call: WriteCall<S4hanaClient> & { readonly before: State }) => {
    const { line, recordType, withdrawn, etag } = call.before;
    const key = { Reservation: reservation, ReservationItem: line, RecordType: recordType };
    const flag = withdrawn === '0' ? 'ReservationItmIsMarkedForDeltn' : 'ReservationItemIsFinallyIssued';
    const change = { path: keyPath('A_ReservationDocumentItem', key), body: { [flag]: true }, etag };
    await call.client.service('reservation').change({ method: 'PATCH', ...change }, call);
  },

  output: ({ reservation }: Input, { after }: { readonly after: State }) => ({
    document: { id: reservation, number: reservation },
    status: after.status,
    version: after.version,
    line: after.line,
    item: after.item,
    released: { value: after.open, unit: after.unit },
    withdrawn: { value: after.withdrawn, unit: after.unit },
  }),

  // What was withdrawn to the last piece was not released, whatever its flags say.
  lookup: byState((_: Input, now: State) => now.isOver && now.status !== 'fulfilled'),
});

/** The line that is named, or the only one. */
function lineOf(lines: readonly Reservation[], { reservation, line }: Input): Reservation {
  const [asked, ...others] = line === undefined ? lines : lines.filter((each) => each.line === line);
  if (!asked) throw new CountersignError('NOT_FOUND', `There is no such line of a reservation ${reservation}.`);
  if (others.length === 0) return asked;
  throw new CountersignError('UNSUPPORTED_BY_SYSTEM', 'S/4HANA releases one line in one step: name the line.');
}
