/** An item of the company; `cost` is what one base unit costs, in euro cents times 100. */
export interface Item {
  readonly id: string;
  readonly text: string;
  readonly group: string;
  readonly type: 'HAWA' | 'ROH' | 'FERT' | 'VERP';
  readonly unit: string;
  /** Larger unit in which it is bought, with how many base units it is. */
  readonly orderUnit?: { readonly unit: string; readonly holds: number };
  readonly cost: number;
  /** Units that a price is for: 10 means "per 10". */
  readonly priceQuantity: number;
  readonly plants: readonly string[];
  readonly batches?: true;
  /** Why nobody can buy it, for the few that cannot be bought. */
  readonly blocked?: 'deleted' | 'all plants' | 'plant 1010' | 'made in house';
}

/** Items of one make: they share all but number, text and cost, which grows along the list. */
export type Family = Omit<Item, 'id' | 'text' | 'plants' | 'blocked' | 'cost'> & {
  readonly prefix: string;
  /** Text of each item by its number; costs grow along the list. */
  readonly items: readonly (readonly [number: string, text: string])[];
  readonly cost: readonly [first: number, step: number];
};

const sizes = (text: string) => text.split(' ');
const names = (text: string) => text.split(' | ');

const bearingSizes = sizes(
  '6000 6001 6002 6003 6004 6005 6200 6201 6202 6203 6204 6205 6206 6207 6208 6209 6210 6300 6301 6302 6303 6304 6305 6306 6307 6308',
);
const angularSizes = sizes('7202 7203 7204 7205 7206 7207 7208 7209 7210 7304 7305 7306');
const screws = sizes(
  'M5x16 M5x20 M6x16 M6x20 M6x25 M6x30 M8x20 M8x25 M8x30 M8x40 M8x50 M10x25 M10x30 M10x40 M10x50 M10x60 M12x30 M12x40 M12x50 M12x60 M16x50 M16x60 M16x80 M20x60 M20x80',
);
const nuts = sizes('M4 M5 M6 M8 M10 M12 M16 M20');
const washers = sizes('M4 M5 M6 M8 M10 M12 M16 M20');
const hoses = sizes('6x4 8x5 8x6 10x7 10x8 12x8 12x9 16x11 16x13 20x16');
const seals = sizes(
  '15x26x7 17x28x7 20x35x7 25x40x7 25x47x7 30x47x7 30x52x7 35x52x7 35x62x7 40x62x7 45x62x8 50x72x8 55x72x8 60x80x8',
);
const belts = names(
  'XPZ 750 | XPZ 850 | XPZ 1000 | XPA 1000 | XPA 1120 | XPA 1250 | XPA 1400 | XPB 1600 | XPB 1800 | XPB 2000 | SPC 2240 | SPC 2500',
);
const cylinders = sizes(
  '20x50 20x100 25x50 25x100 32x50 32x100 32x160 40x50 40x100 40x200 50x100 50x200 63x100 63x250',
);
const sensors = names(
  'inductive M8 | inductive M12 | inductive M18 | capacitive M18 | optical 2 m | optical 5 m | ultrasonic 1 m | magnetic reed | pressure 10 bar | pressure 250 bar | temperature PT100 | flow 40 l',
);
const motors = names('0.18 kW | 0.25 kW | 0.37 kW | 0.55 kW | 0.75 kW | 1.1 kW | 1.5 kW | 2.2 kW | 3.0 kW | 4.0 kW');
const oils = names(
  'hydraulic ISO 32 | hydraulic ISO 46 | hydraulic ISO 68 | gear CLP 150 | gear CLP 220 | gear CLP 320 | compressor VDL 100 | chain 68',
);
const greases = names('lithium EP 2 | lithium EP 0 | calcium 2 | high temperature 2 | food grade 2 | assembly paste');
const steels = names(
  'round 10 mm | round 16 mm | round 20 mm | round 30 mm | flat 40x5 | flat 60x8 | angle 40x40x4 | tube 33.7x2.6 | tube 48.3x2.6 | sheet 2 mm | sheet 3 mm | sheet 5 mm',
);
const cables = names('3x1.5 | 3x2.5 | 5x1.5 | 5x2.5 | 4x4 | 12x1 | 18x1 | CAT6 outdoor');
const boxes = sizes('200x150x100 300x200x150 400x300x200 600x400x300 600x400x400 800x600x400');
const rollers = sizes('50 60 76 89 108 133 159');
const units = names(
  'drive 300 | drive 400 | drive 500 | belt unit 1 m | belt unit 2 m | belt unit 3 m | curve 45 | curve 90 | lift 1 m | stand 600 | stand 800 | control box | stop unit | scanner frame',
);

const numbered = (first: number, texts: readonly string[], name: string) =>
  texts.map((text, index) => [String(first + index), `${name} ${text}`] as const);

/** Everything the company trades in. */
export const families: readonly Family[] = [
  {
    prefix: 'FA',
    group: 'L002',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1000,
    cost: [30, 40],
    items: numbered(3001, washers, 'Washer'),
  },
  {
    prefix: 'PN',
    group: 'L005',
    type: 'HAWA',
    unit: 'M',
    priceQuantity: 100,
    cost: [5_400, 2_100],
    items: numbered(5101, hoses, 'Pneumatic hose'),
  },
  {
    prefix: 'RM',
    group: 'L001',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 10,
    cost: [18_000, 2_700],
    items: bearingSizes.map((size) => [size, `Deep groove ball bearing ${size}`] as const),
  },
  {
    prefix: 'RM',
    group: 'L001',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1,
    cost: [95_000, 14_000],
    items: angularSizes.map((size) => [size, `Angular contact bearing ${size}`] as const),
  },
  {
    prefix: 'FA',
    group: 'L002',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1000,
    cost: [220, 60],
    items: numbered(1001, screws, 'Hexagon head screw'),
  },
  {
    prefix: 'FA',
    group: 'L002',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1000,
    cost: [90, 110],
    items: numbered(2001, nuts, 'Hexagon nut'),
  },
  {
    prefix: 'SE',
    group: 'L003',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 100,
    cost: [9_000, 1_900],
    items: numbered(3001, seals, 'Radial shaft seal'),
  },
  {
    prefix: 'BE',
    group: 'L004',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1,
    cost: [62_000, 9_000],
    items: numbered(4001, belts, 'V-belt'),
  },
  {
    prefix: 'PN',
    group: 'L005',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1,
    cost: [310_000, 42_000],
    items: numbered(5001, cylinders, 'Pneumatic cylinder'),
  },
  {
    prefix: 'EL',
    group: 'L006',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1,
    cost: [180_000, 57_000],
    items: numbered(6001, sensors, 'Sensor'),
  },
  {
    prefix: 'EL',
    group: 'L006',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1,
    cost: [940_000, 310_000],
    items: numbered(6101, motors, 'Three-phase motor'),
  },
  {
    prefix: 'OI',
    group: 'L007',
    type: 'HAWA',
    unit: 'L',
    priceQuantity: 1,
    cost: [31_000, 4_300],
    batches: true,
    items: numbered(7001, oils, 'Oil'),
  },
  {
    prefix: 'OI',
    group: 'L007',
    type: 'HAWA',
    unit: 'KG',
    priceQuantity: 1,
    cost: [72_000, 21_000],
    batches: true,
    items: numbered(7101, greases, 'Grease'),
  },
  {
    prefix: 'ST',
    group: 'L008',
    type: 'ROH',
    unit: 'KG',
    orderUnit: { unit: 'TO', holds: 1000 },
    priceQuantity: 1,
    cost: [9_800, 350],
    items: numbered(8001, steels, 'Steel'),
  },
  {
    prefix: 'CA',
    group: 'L009',
    type: 'HAWA',
    unit: 'M',
    orderUnit: { unit: 'KM', holds: 1000 },
    priceQuantity: 1,
    cost: [8_200, 6_100],
    items: numbered(9001, cables, 'Cable'),
  },
  {
    prefix: 'PK',
    group: 'L010',
    type: 'VERP',
    unit: 'PC',
    priceQuantity: 100,
    cost: [3_400, 1_700],
    items: numbered(1001, boxes, 'Cardboard box'),
  },
  {
    prefix: 'FG',
    group: 'L020',
    type: 'HAWA',
    unit: 'PC',
    priceQuantity: 1,
    cost: [179_000, 31_000],
    items: numbered(1001, rollers, 'Conveyor roller'),
  },
  {
    prefix: 'FG',
    group: 'L021',
    type: 'FERT',
    unit: 'PC',
    priceQuantity: 1,
    cost: [4_100_000, 620_000],
    items: numbered(2001, units, 'Conveyor'),
  },
];
