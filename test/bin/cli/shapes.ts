/** An operation as `GET /v1/operations/{id}` shows it. */
export const view = (changes: Record<string, unknown> = {}) => ({
  operationId: 'op-1',
  tool: 'erp_create_purchase_order',
  state: 'applied',
  version: 2,
  attempts: 1,
  createdAt: '2026-01-15T09:30:00.000Z',
  updatedAt: '2026-01-15T09:30:01.000Z',
  reference: 'L7Q2M0ZK8W4T',
  document: '4500000301',
  result: { document: { id: '4500000301', number: '4500000301' }, deviations: [] },
  nextAction: 'Nothing: it is done.',
  ...changes,
});

/** The same as an operator sees it. */
export const adminView = (changes: Record<string, unknown> = {}) => ({
  ...view(),
  agent: 'buyer-agent',
  principal: '000000000000/buyer-agent',
  digest: 'd',
  organisation: {},
  sendBy: Date.parse('2026-01-15T09:30:20.000Z'),
  input: { supplier: '17300001' },
  events: [],
  ...changes,
});

/** A line of the journal. */
export const entry = (changes: Record<string, unknown> = {}) => ({
  id: 'op-1',
  version: 1,
  at: Date.parse('2026-01-15T09:30:00.000Z'),
  day: '2026-01-15',
  type: 'operation.attempted',
  agent: 'buyer-agent',
  tool: 'erp_create_purchase_order',
  attempts: 1,
  ...changes,
});

/** A tool as the catalogue describes it. */
export const description = (changes: Record<string, unknown> = {}) => ({
  name: 'erp_create_purchase_order',
  summary: 'Creates one purchase order.',
  effect: 'create',
  level: 'auto',
  input: {
    type: 'object',
    required: ['supplier', 'lines'],
    properties: {
      supplier: { type: 'string' },
      note: { type: 'string', format: 'date' },
      lines: {
        type: 'array',
        items: {
          type: 'object',
          required: ['unit'],
          properties: { unit: { enum: ['C62', 'KGM'] }, per: { const: '1' } },
        },
      },
    },
  },
  output: { type: 'object', properties: { status: { anyOf: [{ type: 'string' }, { type: 'null' }] } } },
  errors: ['SUPPLIER_BLOCKED'],
  examples: [{ input: { supplier: "O'Neill" }, output: {} }],
  ...changes,
});
