import { CountersignError } from '../../lib/core/errors.ts';

/**
 * UN/ECE Rec 20 code -> unit code as S/4HANA's APIs show it in English.
 * The internal code of a piece is `ST`, its English form `PC`; a system set up otherwise overrides it in its settings.
 */
const builtIn: Readonly<Record<string, string>> = {
  C62: 'PC',
  EA: 'EA',
  PR: 'PAA',
  DZN: 'DZ',
  KGM: 'KG',
  GRM: 'G',
  MGM: 'MG',
  TNE: 'TO',
  LBR: 'LB',
  LTR: 'L',
  MLT: 'ML',
  HLT: 'HL',
  MTR: 'M',
  CMT: 'CM',
  MMT: 'MM',
  KMT: 'KM',
  MTK: 'M2',
  MTQ: 'M3',
  HUR: 'H',
  DAY: 'DAY',
  KWH: 'KWH',
};

/** Both directions of the map of units. */
export interface Units {
  /** The system's code of a Rec 20 unit. Throws `UNIT_UNKNOWN`. */
  toSystem(unit: string): string;
  /** The Rec 20 code of a unit of the system. Throws `UNIT_UNKNOWN`. */
  toRec20(unit: string): string;
}

/** The built-in map with the overrides of one system; where two Rec 20 units share a code of the system, the override names it. */
export function unitsOf(overrides: Readonly<Record<string, string>>): Units {
  const toSystem = new Map(Object.entries({ ...builtIn, ...overrides }));
  const toRec20 = new Map([...toSystem, ...Object.entries(overrides)].map(([rec20, system]) => [system, rec20]));
  const mapped = (map: ReadonlyMap<string, string>, unit: string, whose: string): string => {
    const found = map.get(unit);
    if (found === undefined) throw new CountersignError('UNIT_UNKNOWN', `${whose} unit ${unit} is not mapped.`);
    return found;
  };
  return {
    toSystem: (unit) => mapped(toSystem, unit, 'Rec 20'),
    toRec20: (unit) => mapped(toRec20, unit, "The system's"),
  };
}
