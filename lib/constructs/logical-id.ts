import { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Keeps the logical id of a resource that holds data, wherever its construct moves in the tree: another id would replace the resource. */
export function pinLogicalId(construct: Construct, logicalId: string): void {
  const resource = construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} has no resource to pin`);
  resource.overrideLogicalId(logicalId);
}
