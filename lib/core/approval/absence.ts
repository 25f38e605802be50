import * as z from 'zod';

/** When somebody is absent, by civil dates of the company, and who is asked in their place. */
export const absenceSchema = z.strictObject({
  from: z.iso.date(),
  /** The last day. */
  to: z.iso.date(),
  /** Name of an approver. */
  standIn: z.string().optional(),
});

/** When somebody is absent, and who is asked in their place. */
export type Absence = z.infer<typeof absenceSchema>;

/** The store of absences: one of each approver. */
export interface Absences {
  get(approver: string): Promise<Absence | undefined>;
  /** Writes it in place of the one before; undefined ends it. */
  set(approver: string, absence: Absence | undefined): Promise<void>;
}

/** Whether somebody is absent on a day, `YYYY-MM-DD`. */
export const isAbsentOn = (day: string, absence: Absence | undefined): absence is Absence =>
  absence !== undefined && absence.from <= day && day <= absence.to;
