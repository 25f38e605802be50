import { existsSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, openPeople } from '../lib/people/people-bench.ts';

/** Debian's Chromium, or the one that is named. */
const executable = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
/** Where pictures of the pages are kept, when somebody asks for new ones. */
const pictures = process.env['COUNTERSIGN_PICTURES'];

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };

if (executable === undefined)
  test('NO BROWSER IS HERE: the pages were not looked at (install chromium, or name one in CHROMIUM)', () => {
    console.warn('The pages of approvals were not tested in a browser: there is none on this machine.');
  });
else describe('in a browser', () => inBrowser(executable));

function inBrowser(executablePath: string): void {
  let people: Awaited<ReturnType<typeof openPeople>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    people = await openPeople({}, { base: '/people' });
    browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  beforeEach(async () => {
    complaints.length = 0;
    await open({ viewport: phone });
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await people.close();
  });

  async function open(options: Parameters<Browser['newContext']>[0]): Promise<void> {
    await context?.close();
    context = await browser.newContext(options);
    page = await context.newPage();
    // A status of a page is no complaint of the page.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource.*(4\d\d|5\d\d)/.test(message.text()))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  }
  /** Opens a link as Anna, who signs in on the way. */
  async function openAsAnna(link: string): Promise<void> {
    people.advance(30_000);
    await page.goto(`${people.url}${link}`);
    await page.getByLabel('Name or e-mail address').fill('anna@example.com');
    await page.getByLabel('Code of your authenticator').fill(codeOf('anna', people.now()));
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  const heading = () => page.locator('h1').innerText();
  const picture = async (name: string, options: { fullPage?: boolean } = {}) => {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`), ...options });
  };
  const violations = async (): Promise<string[]> => {
    await page.evaluate(axe.source);
    const found: axe.Result[] = await page.evaluate('axe.run().then(({ violations }) => violations)');
    const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    return [
      ...found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      ...(isTooWide ? ['wider than the screen'] : []),
    ];
  };

  test('on a phone, by keyboard alone, an approver signs in and approves', async () => {
    const { link, stored } = await people.ask();
    people.advance(30_000);
    await page.goto(`${people.url}${link}`);
    await picture('sign-in');
    await tabTo('Name or e-mail address');
    await page.keyboard.type('anna');
    await page.keyboard.press('Tab');
    await page.keyboard.type(codeOf('anna', people.now()));
    await page.keyboard.press('Enter');
    await page.waitForSelector('article');
    await picture('approval-phone');
    await tabTo('Approve: Order for EUR 12,400.00');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#decisions');
    expect(await heading()).toBe('Approved');
    expect(await page.locator('.decisions').innerText()).toContain('Anna Example approved');
    expect((await stored())?.status).toBe('approved');
    await picture('decided');
  });

  /** Presses Tab until what has the focus has this name. */
  async function tabTo(name: string): Promise<void> {
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(
        '((at) => at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent.trim())(document.activeElement)',
      );
      if (focused === name) return;
    }
    throw new Error(`${name} cannot be reached by Tab`);
  }

  test('the verb and the amount stand on a button of the first screen, and nothing is wider than a phone', async () => {
    const facts = Array.from({ length: 12 }, (_, n) => ({
      label: `Fact ${n}`,
      value: 'a value of some length, to be read',
    }));
    const { link } = await people.ask({}, { facts, note: 'x'.repeat(10_000) });
    await openAsAnna(link);
    for (const viewport of [phone, { width: 320, height: 568 }, desk]) {
      await page.setViewportSize(viewport);
      const box = await page.getByRole('button', { name: 'Approve: Order for EUR 12,400.00' }).boundingBox();
      expect((box?.y ?? 1e6) + (box?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
      expect(box?.height).toBeGreaterThanOrEqual(44);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
  });

  test('on a phone, by keyboard alone, several are chosen, looked at with their total, and approved', async () => {
    const tool = 'erp_close_purchase_requisition';
    const rounds = [
      await people.ask({ tool, value: '12400' }),
      await people.ask({ tool, value: '980' }, { action: 'Order for EUR 980.00', headline: 'PO EUR 980.00 - Norland' }),
      await people.ask({ tool, value: '77' }, { action: 'Order for EUR 77.00', headline: 'PO EUR 77.00 - Norland' }),
    ];
    await openAsAnna('/');
    await page.getByRole('checkbox').first().waitFor();
    await picture('open-approvals-phone');
    for (const amount of ['12,400.00', '980.00']) {
      await tabTo(`Choose: Order for EUR ${amount}`);
      await page.keyboard.press('Space');
    }
    await tabTo('Look at the chosen ones together');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/batch?**');
    for (const viewport of [{ width: 320, height: 568 }, desk, phone]) {
      await page.setViewportSize(viewport);
      const box = await page.getByRole('button', { name: 'Approve all 2 for EUR 13,380.00' }).boundingBox();
      expect((box?.y ?? 1e6) + (box?.height ?? 0)).toBeLessThanOrEqual(viewport.height);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    await picture('several-phone');
    await tabTo('Approve all 2 for EUR 13,380.00');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("taken")');
    expect(await heading()).toBe('2 of 2 approvals were taken');
    const statuses = await Promise.all(rounds.map(async ({ stored }) => (await stored())?.status));
    expect(statuses).toEqual(['approved', 'approved', 'pending']);
  });

  test('a question is passed on, by keyboard alone, and the page says who has it', async () => {
    const { link, stored } = await people.ask();
    await openAsAnna(link);
    await tabTo('Pass on');
    await page.keyboard.press('Enter');
    await tabTo('Who should decide in your place');
    await page.keyboard.type('Bert');
    await tabTo('Pass on');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:has-text("Passed on")');
    expect(await page.locator('main').innerText()).toContain('Anna Example passed it on to Bert Example');
    expect((await stored())?.of).toEqual(['bert']);
  });

  test('a refusal has a reason of the list', async () => {
    const { link, stored } = await people.ask();
    await openAsAnna(link);
    await page.getByText('Refuse', { exact: true }).click();
    await page.getByRole('button', { name: 'Refuse: Order for EUR 12,400.00' }).click();
    expect((await stored())?.status).toBe('pending');
    await page.getByLabel('Reason').selectOption('SUPPLIER');
    await page.getByRole('button', { name: 'Refuse: Order for EUR 12,400.00' }).click();
    await page.waitForSelector('#decisions');
    expect([await heading(), (await stored())?.decisions[0]?.reason]).toEqual(['Refused', 'SUPPLIER']);
  });

  test('a question goes back to the agent', async () => {
    const { link, stored } = await people.ask();
    await openAsAnna(link);
    await page.getByText('Ask back', { exact: true }).click();
    await page.getByLabel('Your question to the agent').fill('Why 200?\nWe have 300.');
    await page.getByRole('button', { name: 'Ask this question' }).click();
    await page.waitForSelector('#decisions');
    expect([await heading(), (await stored())?.decisions[0]?.reason]).toEqual(['Asked back', 'Why 200?\nWe have 300.']);
  });

  test('what expired, or was decided in the meantime, says so when the button is pressed', async () => {
    const [expiring, contested] = [await people.ask(), await people.ask({ of: ['anna', 'bert'] })];
    await openAsAnna(expiring.link);
    const open = await expiring.stored();
    if (open) await people.approvals.change(open, { status: 'expired' });
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.waitForSelector('[role=alert]');
    expect(await heading()).toBe('Expired');
    await page.goto(`${people.url}${contested.link}`);
    const round = await contested.stored();
    const decision = { approver: 'bert', verdict: 'refuse', at: people.now(), reason: 'BUDGET' } as const;
    if (round) await people.approvals.change(round, { status: 'refused', decisions: [decision] });
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.waitForSelector('[role=alert]');
    expect([await heading(), await page.locator('.decisions').innerText()]).toEqual([
      'Refused',
      expect.stringContaining('Bert Example refused'),
    ]);
  });

  test.each(['light', 'dark'] as const)('nothing on any page keeps people out, in the %s', async (colorScheme) => {
    await open({ viewport: phone, colorScheme });
    const note = 'Needed before the line stops on Friday. The CFO has agreed.';
    const about = colorScheme === 'dark' ? 'erp supplier 17300001' : 'erp supplier 17300002';
    const before = people.now() - 1000;
    const decisions = [{ approver: 'carl', verdict: 'refuse', at: before, reason: 'PRICE' }] as const;
    await people.ask({ about, createdAt: before, status: 'refused', decisions: [...decisions] });
    const round = { need: 2, of: ['anna', 'bert'], about, value: '10' };
    const { link, id } = await people.ask(round, { note, differences: ['supplier blocked: was yes, is no'] });
    const other = await people.ask(round);
    await page.goto(`${people.url}${link}`);
    expect(await violations()).toEqual([]);
    await openAsAnna(link);
    for (const details of await page.locator('details').all()) await details.locator('summary').click();
    expect(await violations()).toEqual([]);
    if (colorScheme === 'dark') {
      await page.setViewportSize(desk);
      await page.reload();
      await picture('approval-desk-dark', { fullPage: true });
    }
    await page.goto(`${people.url}/`);
    expect(await page.getByRole('checkbox').count()).toBeGreaterThan(1);
    expect(await violations()).toEqual([]);
    await page.goto(`${people.url}/batch?id=${id}&id=${other.id}`);
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Approve all 2' }).click();
    await page.waitForSelector('h1:has-text("taken")');
    expect(await violations()).toEqual([]);
    await page.goto(`${people.url}${link}`);
    await page.waitForSelector('#decisions');
    expect(await violations()).toEqual([]);
    const passed = await people.ask();
    await page.goto(`${people.url}${passed.link}`);
    await page.getByText('Pass on').first().click();
    await page.getByLabel('Who should decide in your place').selectOption('carl');
    await page.getByRole('button', { name: 'Pass on' }).click();
    await page.waitForSelector('h1:has-text("Passed on")');
    expect(await violations()).toEqual([]);
    await page.goto(`${people.url}/a/nothing`);
    expect(await violations()).toEqual([]);
  });

  test('a scanner that opens the link, runs scripts and sends every form, leaves the question pending', async () => {
    const { link, links, stored } = await people.ask({ of: ['anna', 'bert'] });
    const before = await stored();
    for (const path of Object.values(links)) {
      await page.goto(`${people.url}${path}`);
      const forms = await page.locator('form').count();
      for (let n = 0; n < forms; n++) {
        const submitted = page.waitForEvent('framenavigated');
        await page.evaluate(`document.forms[${n}].submit()`);
        await submitted;
        await page.waitForLoadState();
        await page.goto(`${people.url}${path}`);
      }
    }
    expect(await stored()).toEqual(before);
    expect(link).not.toBe('');
  });

  test('a form on another site decides nothing, although the approver is signed in', async () => {
    const { link, stored } = await people.ask();
    await openAsAnna(link);
    const token = await page.locator('input[name=csrf]').last().inputValue();
    const other = await context.newPage();
    await other.goto('data:text/html,<p>another site</p>');
    await other.setContent(
      `<form method="post" action="${people.url}${link}"><input name="csrf" value="${token}"><input name="verdict" value="approve"><button>Win</button></form>`,
    );
    await other.getByRole('button').click();
    await other.waitForURL(`${people.url}${link}`);
    expect(await other.locator('h1').innerText()).toBe('Not accepted');
    expect((await stored())?.status).toBe('pending');
  });
}
