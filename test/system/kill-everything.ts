import { join } from 'node:path';
import type { LocalStack } from '../../bin/local-stack.ts';
import { type Killed, killAtRandom } from './kill.ts';
import { startProduct } from './stack.ts';
import { type StackApart, startStackApart } from './stack-apart.ts';

/** Starts a product of its own and kills at random points: single functions, and at times the whole of it. */
export async function killEverything(kills: {
  readonly seed: number;
  readonly points: number;
}): Promise<Killed & { readonly isRight: boolean }> {
  const running: { apart?: StackApart } = {};
  const start = async ({ functions, state }: { functions: string; state: string }): Promise<LocalStack> => {
    running.apart = await startStackApart(join(import.meta.dirname, 'countersign.config.ts'), functions, state);
    // Everything that the orders need of a stack.
    return running.apart as unknown as LocalStack;
  };
  const product = await startProduct({ start });
  try {
    const dieAll = async (): Promise<void> => {
      await running.apart?.die();
      await product.restart();
    };
    const killed = await killAtRandom(product, { ...kills, dieAll });
    const { asked, effects, references, others, contradictions } = killed;
    const isRight = effects === asked && references === asked && others.length === 0 && contradictions === 0;
    return { ...killed, isRight };
  } finally {
    await product.close();
  }
}
