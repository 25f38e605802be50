import { describeTool } from '../core/catalogue.ts';
import type { ConfigurationByStage } from '../core/config.ts';
import { CountersignError } from '../core/errors.ts';
import { openApiOf } from '../core/openapi.ts';
import { nameOf, toolsOf } from '../core/policy/authorise.ts';
import { sagaEntries } from '../core/saga/deployed.ts';
import { catalogueOf } from '../core/system.ts';
import type { environmentOf } from './environment.ts';
import { httpHandler, ok, principalOf } from './http.ts';

type Environment = ReturnType<typeof environmentOf<['STAGE', 'ACCOUNT_ID']>>;

/** The handler of `GET /v1/tools` and `GET /openapi.json`: what this caller may use, and nothing else. */
export function serveCatalogue(define: ConfigurationByStage, environment: Environment) {
  const configuration = define(environment.STAGE);
  const { agents } = configuration;
  const catalogue = [...catalogueOf(configuration.systems), ...sagaEntries(configuration)];
  return httpHandler(async (event) => {
    const principal = principalOf(event);
    const agent = agents[nameOf(agents, principal, environment.ACCOUNT_ID) ?? ''];
    if (!agent) throw new CountersignError('AGENT_UNKNOWN', `Role ${principal.role} is no agent.`);
    const { contains, name } = event.queryStringParameters ?? {};
    const tools = toolsOf(agent, catalogue)
      .map(({ entry, level }) => describeTool(entry, level))
      .filter((tool) => name === undefined || tool.name === name)
      .filter(
        (tool) =>
          contains === undefined || `${tool.name} ${tool.summary}`.toLowerCase().includes(contains.toLowerCase()),
      );
    if (!event.path.endsWith('/openapi.json')) return ok({ tools });
    const { domainName = '', stage } = event.requestContext;
    const local = domainName.startsWith('127.0.0.1') || domainName.startsWith('localhost');
    return ok(openApiOf(tools, local ? `http://${domainName}` : `https://${domainName}/${stage}`));
  });
}
