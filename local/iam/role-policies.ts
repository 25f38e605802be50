import { type Decision, evaluate } from './evaluate.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Which policies apply to which role, gathered from the templates. Roles outside them are known by account and name. */
export interface RolePolicies {
  /** Sets the policies that `source` (one resource of a template) attaches to a role, in place of earlier ones. */
  attach(roleArn: string, source: string, policies: readonly PolicyDocument[]): void;
  /** Limits a role to what this policy allows as well. */
  limit(roleArn: string, boundary: PolicyDocument): void;
  decide(roleArn: string, action: string, resource: string): Decision;
}

/** An empty register of policies. */
export const rolePolicies = (options: { readonly account: string; readonly region: string }): RolePolicies => {
  const attached = new Map<string, Map<string, readonly PolicyDocument[]>>();
  const boundaries = new Map<string, PolicyDocument>();
  return {
    attach(roleArn, source, policies) {
      const key = roleKey(roleArn);
      const bySource = attached.get(key) ?? new Map<string, readonly PolicyDocument[]>();
      attached.set(key, bySource.set(source, policies));
    },
    limit: (roleArn, boundary) => void boundaries.set(roleKey(roleArn), boundary),
    decide(roleArn, action, resource) {
      const key = roleKey(roleArn);
      const context = {
        'aws:PrincipalArn': roleArn,
        'aws:PrincipalAccount': key.split('/')[0] ?? '',
        'aws:RequestedRegion': options.region,
        // The loopback port stands in for AWS's TLS endpoints.
        'aws:SecureTransport': 'true',
      };
      const request = { action, resource, context };
      const boundary = boundaries.get(key);
      const limit = boundary ? evaluate([boundary], request) : 'allowed';
      return limit === 'allowed' ? evaluate([...(attached.get(key)?.values() ?? [])].flat(), request) : limit;
    },
  };
};

const roleKey = (roleArn: string): string => `${roleArn.split(':')[4]}/${roleArn.split('/').at(-1)}`;
