import type { LocalClock } from '../../../local/clock.ts';
import { sqsService } from '../../../local/services/sqs/sqs.ts';
import { deploy, localContext } from '../../local/services/local-context.ts';
import { serve } from '../../local/services/serve.ts';

/** FIFO queues in the local engine, by name: their URLs. */
export async function openQueues<const Names extends readonly string[]>(clock: LocalClock, ...names: Names) {
  let origin = '';
  const { service, stop } = sqsService({ context: { ...localContext(), clock }, origin: () => origin });
  const server = await serve(service);
  origin = server.endpoint;
  const urls: Record<string, string> = {};
  for (const name of names) {
    const properties = { QueueName: `${name}.fifo`, FifoQueue: true };
    urls[name] = (await deploy(service, 'AWS::SQS::Queue', properties, name)).ref;
  }
  return {
    urls: urls as Record<Names[number], string>,
    close: () => {
      stop();
      return server.close();
    },
  };
}
