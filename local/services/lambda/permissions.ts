import * as z from 'zod';
import { matchesArn } from '../../iam/pattern.ts';

/** `AWS::Lambda::Permission`: lets an AWS service call a function. */
export const permissionProperties = z.strictObject({
  FunctionName: z.string(),
  Action: z.literal('lambda:InvokeFunction'),
  Principal: z.string().regex(/\.amazonaws\.com$/),
  SourceArn: z.string(),
  SourceAccount: z.string().optional(),
});

/** Which AWS services may call which functions. */
export interface FunctionPermissions {
  grant(functionName: string, permission: { readonly principal: string; readonly sourceArn: string }): void;
  allows(functionName: string, caller: { readonly principal: string; readonly sourceArn: string }): boolean;
}

/** An empty set of permissions. */
export const functionPermissions = (): FunctionPermissions => {
  const granted = new Map<string, { readonly principal: string; readonly sourceArn: string }[]>();
  return {
    grant: (functionName, permission) =>
      void granted.set(functionName, [...(granted.get(functionName) ?? []), permission]),
    allows: (functionName, { principal, sourceArn }) =>
      (granted.get(functionName) ?? []).some(
        (one) => one.principal === principal && matchesArn(sourceArn, one.sourceArn),
      ),
  };
};
