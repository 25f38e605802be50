import { expect, it } from 'vitest';
import { kms } from '../../../../local/services/kms/kms.ts';
import { deploy, localContext } from '../local-context.ts';

it('gives keys and aliases names that other resources can refer to, the same at every deploy', async () => {
  const service = kms(localContext());
  const properties = {
    Description: 'data',
    EnableKeyRotation: true,
    KeyPolicy: { Version: '2012-10-17', Statement: [] },
  };
  const key = await deploy(service, 'AWS::KMS::Key', properties);
  expect(key.ref).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(key.attributes['Arn']).toBe(`arn:aws:kms:eu-central-1:123456789012:key/${key.ref}`);
  expect(await deploy(service, 'AWS::KMS::Key', properties)).toEqual(key);
  expect((await deploy(service, 'AWS::KMS::Key', properties, 'Other')).ref).not.toBe(key.ref);
  const alias = { AliasName: 'alias/countersign-dev-data', TargetKeyId: key.attributes['Arn'] };
  expect(await deploy(service, 'AWS::KMS::Alias', alias)).toEqual({
    ref: 'alias/countersign-dev-data',
    attributes: {},
  });
});
