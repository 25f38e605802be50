import { Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Accepts findings of the rule packs on one construct: rule -> why it does not hold here. */
export function acknowledge(construct: Construct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/**
 * Accepts wildcards in the ARNs that a construct's policies name, each one for itself.
 * A finding carries the resolved ARN, and what crosses stacks is resolved only just before validation.
 */
export function acknowledgeWildcards(construct: Construct, reason: string, arns: readonly string[]): void {
  construct.node.addValidation({
    validate: () => {
      const findings = arns.map((arn) => `AwsSolutions-IAM5[Resource::${flat(Stack.of(construct).resolve(arn))}]`);
      acknowledge(construct, Object.fromEntries(findings.map((finding) => [finding, reason])));
      return [];
    },
  });
}

/** An expression of CloudFormation as a finding spells it. */
function flat(expression: unknown): string {
  if (typeof expression === 'string') return expression;
  const [[name, value] = ['', undefined]] = Object.entries(Object(expression));
  if (name === 'Fn::Join' && Array.isArray(value)) return value[1].map(flat).join(value[0]);
  if (name === 'Fn::GetAtt' && Array.isArray(value)) return `<${value.join('.')}>`;
  return name === 'Ref' ? `<${value}>` : JSON.stringify(expression);
}
