import type { Caller, KeyRing } from '../../credentials.ts';
import type { LocalRequest } from '../../http/request.ts';
import { accessDenied, signatureCodes } from '../../http/service-endpoint.ts';
import { readAuthorization, type SignatureProblem, verifySignature } from '../../http/signature.ts';
import type { RolePolicies } from '../../iam/role-policies.ts';
import { GatewayRefusal } from './refusal.ts';

/** AWS refuses signatures that are more than five minutes old or ahead. */
const allowedSkewMs = 300_000;

/** Verifies the signature of a request to the API. `now`: the host's clock, which agents sign with. */
export const authenticate = async (
  request: LocalRequest,
  options: { readonly keys: KeyRing; readonly region: string; readonly now: number },
): Promise<Caller> => {
  const authorization = readAuthorization(request);
  if ('problem' in authorization) throw signatureRefusal(authorization);
  if (authorization.service !== 'execute-api') {
    const message = `Credential should be scoped to correct service: 'execute-api', not '${authorization.service}'.`;
    throw signatureRefusal({ problem: 'mismatch', message });
  }
  const skew = { now: options.now, allowed: allowedSkewMs };
  const caller = await verifySignature(request, authorization, { ...options, skew });
  if ('problem' in caller) throw signatureRefusal(caller);
  return caller;
};

const signatureRefusal = ({ problem, message }: SignatureProblem): GatewayRefusal =>
  new GatewayRefusal({
    type: problem === 'missing' ? 'MISSING_AUTHENTICATION_TOKEN' : 'INVALID_SIGNATURE',
    error: signatureCodes[problem],
    message,
  });

/** Asks the caller's policies for `execute-api:Invoke` on the method's ARN. */
export const authorise = (caller: Caller, methodArn: string, policies: RolePolicies): void => {
  const action = 'execute-api:Invoke';
  const decision = policies.decide(caller.roleArn, action, methodArn);
  if (decision === 'allowed') return;
  const message = accessDenied(caller, action, methodArn, decision === 'denied');
  throw new GatewayRefusal({ type: 'ACCESS_DENIED', message });
};
