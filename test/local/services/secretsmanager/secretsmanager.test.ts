import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { deploy } from '../local-context.ts';
import { openSecretsManager } from './secrets.ts';

const SecretId = 'countersign/dev/erp/read';
const token = (letter: string) => letter.repeat(32);

type Opened = Awaited<ReturnType<typeof openSecretsManager>>;
let context: Opened['context'];
let service: Opened['service'];
let client: SecretsManagerClient;

beforeEach(async () => {
  ({ context, service, client } = await openSecretsManager());
});

const deploySecret = (properties: Record<string, unknown> = {}, name = SecretId) =>
  deploy(service, 'AWS::SecretsManager::Secret', { Name: name, ...properties });
const get = (input: Partial<ConstructorParameters<typeof GetSecretValueCommand>[0]> = {}) =>
  client.send(new GetSecretValueCommand({ SecretId, ...input }));
const put = (SecretString: string, ClientRequestToken?: string, VersionStages?: string[]) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken, VersionStages }));

describe('a secret', () => {
  it('is not found before it is deployed, and has no value before one is put', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    await deploySecret();
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it('gives back what was put, by name, by ARN and by ARN without its ending', async () => {
    const { ref } = await deploySecret();
    expect(ref).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:countersign\/dev\/erp\/read-.{6}$/);
    await put('{"clientId":"a"}', token('a'));
    const expected = {
      ARN: ref,
      Name: SecretId,
      VersionId: token('a'),
      SecretString: '{"clientId":"a"}',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(context.clock.now()),
    };
    for (const id of [SecretId, ref, ref.slice(0, -7)]) expect(await get({ SecretId: id })).toMatchObject(expected);
  });

  it('moves its stages: the newest is current, the one before previous', async () => {
    await deploySecret();
    for (const letter of ['a', 'b', 'c']) await put(letter, token(letter));
    expect(await get()).toMatchObject({ SecretString: 'c', VersionStages: ['AWSCURRENT'] });
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'b' });
    expect(await get({ VersionId: token('a') })).toMatchObject({ SecretString: 'a' });
    const mixed = get({ VersionId: token('a'), VersionStage: 'AWSCURRENT' });
    await expect(mixed).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(get({ VersionId: token('x') })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('takes a pending version without touching the current one', async () => {
    await deploySecret();
    await put('now', token('a'));
    await put('next', token('b'), ['AWSPENDING']);
    expect(await get()).toMatchObject({ SecretString: 'now' });
    expect(await get({ VersionStage: 'AWSPENDING' })).toMatchObject({ SecretString: 'next' });
  });

  it('moves a stage from the version that the call names, and AWSPREVIOUS to where AWSCURRENT was', async () => {
    await deploySecret();
    await put('one', token('a'));
    await put('two', token('b'), ['AWSPENDING']);
    const move = (RemoveFromVersionId: string, MoveToVersionId = token('b')) =>
      client.send(
        new UpdateSecretVersionStageCommand({
          ...{ SecretId, VersionStage: 'AWSCURRENT', RemoveFromVersionId, MoveToVersionId },
        }),
      );
    await expect(move(token('x'), token('y'))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(move(token('a'), token('y'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await move(token('a'));
    await move(token('a'));
    expect(await get()).toMatchObject({ SecretString: 'two', VersionStages: ['AWSCURRENT', 'AWSPENDING'] });
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one' });
  });

  it('tells the age of its versions without their values', async () => {
    await deploySecret();
    await put('one', token('a'));
    const first = new Date(context.clock.now());
    context.clock.advance(86_400_000);
    await put('two', token('b'));
    const { Versions } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    expect(Versions).toEqual([
      { VersionId: token('b'), VersionStages: ['AWSCURRENT'], CreatedDate: new Date(context.clock.now()) },
      { VersionId: token('a'), VersionStages: ['AWSPREVIOUS'], CreatedDate: first },
    ]);
  });

  it('takes a repeated put once, and refuses its token for another value', async () => {
    await deploySecret();
    await put('one', token('a'));
    await put('two', token('b'));
    await put('one', token('a'));
    expect(await get()).toMatchObject({ SecretString: 'two' });
    await expect(put('other', token('a'))).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('keeps bytes', async () => {
    await deploySecret();
    const SecretBinary = new Uint8Array([0, 255, 1]);
    await client.send(new PutSecretValueCommand({ SecretId, SecretBinary }));
    expect((await get()).SecretBinary).toEqual(SecretBinary);
  });

  it('describes itself without its value', async () => {
    const Tags = [{ Key: 'stage', Value: 'dev' }];
    const { ref } = await deploySecret({ Description: 'To read', KmsKeyId: 'arn:key', Tags });
    await put('secret text', token('a'));
    const described = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(described).toMatchObject({ ARN: ref, Name: SecretId, Description: 'To read', KmsKeyId: 'arn:key', Tags });
    expect(described.VersionIdsToStages).toEqual({ [token('a')]: ['AWSCURRENT'] });
    expect(JSON.stringify(described)).not.toContain('secret text');
  });

  it('refuses a put with no value, with two, or with a member it does not have', async () => {
    await deploySecret();
    const refused = (input: Record<string, unknown>) =>
      client.send(new PutSecretValueCommand({ SecretId, ...input })).catch((error: Error) => error);
    expect(await refused({})).toMatchObject({ name: 'InvalidParameterException' });
    const both = { SecretString: 'a', SecretBinary: new Uint8Array([1]) };
    expect(await refused(both)).toMatchObject({ name: 'InvalidParameterException' });
    const rotation = await refused({ SecretString: 'a', RotationToken: token('r').concat('-rotation') });
    expect(rotation).toMatchObject({ message: expect.stringContaining('RotationToken') });
  });

  it('asks permission on its ARN, however it is named', async () => {
    const { ref } = await deploySecret();
    const { GetSecretValue } = service.actions;
    for (const id of [SecretId, ref]) {
      const expected = [{ action: 'secretsmanager:GetSecretValue', resource: ref }];
      expect(GetSecretValue.permissions({ SecretId: id })).toEqual(expected);
    }
  });
});

describe('AWS::SecretsManager::Secret', () => {
  it('keeps its ARN and a value that was put when it is deployed again', async () => {
    const first = await deploySecret({ SecretString: 'from the template' });
    expect(await get()).toMatchObject({ SecretString: 'from the template' });
    await put('put later', token('a'));
    expect(await deploySecret({ SecretString: 'from a newer template' })).toEqual(first);
    expect(await get()).toMatchObject({ SecretString: 'put later' });
  });

  it('follows the text of its template as long as nobody put another', async () => {
    await deploySecret({ SecretString: 'first' });
    await deploySecret({ SecretString: 'second' });
    expect(await get()).toMatchObject({ SecretString: 'second' });
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'first' });
  });

  it('generates a text once', async () => {
    const wish = {
      GenerateSecretString: { SecretStringTemplate: '{"clientId":"me"}', GenerateStringKey: 'clientSecret' },
    };
    await deploySecret(wish);
    const { SecretString = '' } = await get();
    expect(JSON.parse(SecretString)).toEqual({ clientId: 'me', clientSecret: expect.stringMatching(/^.{32}$/) });
    await deploySecret(wish);
    expect(await get()).toMatchObject({ SecretString });
  });

  it('generates from the characters it is left with', async () => {
    const GenerateSecretString = {
      PasswordLength: 200,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeCharacters: 'abc0',
    };
    await deploySecret({ GenerateSecretString });
    expect((await get()).SecretString).toMatch(/^[d-z1-9]{200}$/);
  });

  it('refuses two sources of a value', async () => {
    const both = { SecretString: 'a', GenerateSecretString: {} };
    await expect(async () => deploySecret(both)).rejects.toThrow('SecretString or GenerateSecretString, not both');
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
