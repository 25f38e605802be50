import type { APIGatewayProxyEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { pageRequestOf } from '../../../lib/aws/page-event.ts';

const eventOf = (path: string, resource: string, more: object = {}): APIGatewayProxyEvent =>
  ({
    httpMethod: 'GET',
    resource,
    path,
    pathParameters: null,
    multiValueHeaders: {},
    multiValueQueryStringParameters: null,
    requestContext: { path, domainName: 'abc123.execute-api.eu-central-1.amazonaws.com' },
    body: null,
    isBase64Encoded: false,
    ...more,
  }) as unknown as APIGatewayProxyEvent;

test.each([
  ['/', '/', '', '/'],
  ['/production', '/', '/production', '/'],
  ['/production/', '/', '/production', '/'],
  ['/production/a/x', '/a/{link}', '/production', '/a/x'],
  ['/production/a/x/', '/a/{link}', '/production', '/a/x/'],
  ['/people/sign-in/callback', '/sign-in/callback', '/people', '/sign-in/callback'],
  ['/style.css', '/style.css', '', '/style.css'],
])('%s of resource %s is the base "%s" and the path %s', (whole, resource, base, path) => {
  expect(pageRequestOf(eventOf(whole, resource), 'production')).toMatchObject({ base, path });
});

test('a resource that takes the rest of the path counts as many segments as it took', () => {
  const event = eventOf('/production/a/x', '/{proxy+}', { pathParameters: { proxy: 'a/x' } });
  expect(pageRequestOf(event, 'production')).toMatchObject({ base: '/production', path: '/a/x' });
});

test('pages come by https but for this machine in stage local', () => {
  const at = (domainName: string, stage: string) =>
    pageRequestOf(eventOf('/', '/', { requestContext: { path: '/', domainName } }), stage).origin;
  expect(at('127.0.0.1:4580', 'local')).toBe('http://127.0.0.1:4580');
  expect(at('127.0.0.1:4580', 'production')).toBe('https://127.0.0.1:4580');
  expect(at('evil.example', 'local')).toBe('https://evil.example');
});

test('headers, forms and every value of the query arrive', () => {
  const event = eventOf('/', '/', {
    multiValueHeaders: { Cookie: ['a=1'] },
    multiValueQueryStringParameters: { a: ['1', '2'] },
    body: Buffer.from('x=1').toString('base64'),
    isBase64Encoded: true,
  });
  const { header, body, query } = pageRequestOf(event, 'production');
  expect([header('cookie'), body, query.getAll('a')]).toEqual(['a=1', 'x=1', ['1', '2']]);
});
