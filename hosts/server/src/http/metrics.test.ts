import { expect, test } from 'vitest';
import { withServer } from '../../test/server.ts';
import { connect } from '../../test/socket.ts';

test('metrics count what was asked and what came of it', async () => {
  await using server = await withServer();
  const body = { kind: 'client', name: 'Ben', memberIds: ['usr_ben'] };
  const { roomId } = (await server.request('POST', '/api/v1/rooms', { as: 'ana', key: 'k', body })).body;
  await server.request('GET', `/api/v1/rooms/${roomId}`, { as: 'olga' });
  await server.request('GET', `/api/v1/rooms/${roomId}`);
  const socket = await connect(server, 'ben');
  const { epoch } = await socket.ask({ action: 'joinRoom', roomId });
  await socket.ask({ action: 'joinRoom', roomId, after: { epoch, seq: 1 } });
  await socket.ask({ action: 'joinRoom', roomId, after: { epoch: 'epoch_other', seq: 1 } });
  await socket.ask({ action: 'nonsense' });
  const { text } = await server.request('GET', '/metrics');
  for (const line of [
    'stackbox_connections 1',
    'stackbox_requests_total{action="joinRoom",outcome="ok"} 3',
    'stackbox_requests_total{action="$default",outcome="unknown_action"} 1',
    'stackbox_rest_requests_total{action="createRoom",outcome="ok"} 1',
    'stackbox_rest_requests_total{action="readRoom",outcome="not_found"} 1',
    'stackbox_rest_requests_total{action="$default",outcome="unauthenticated"} 1',
    'stackbox_resumes_total{outcome="fresh"} 1',
    'stackbox_resumes_total{outcome="continued"} 1',
    'stackbox_resumes_total{outcome="reset"} 1',
    'stackbox_resumes_total{outcome="more"} 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  for (const name of [
    'stackbox_commit_batch_ops_bucket',
    'stackbox_commit_seconds_count',
    'stackbox_log_reads_total',
    'stackbox_deliveries_total',
    'stackbox_passing_drops_total',
    'stackbox_slow_consumers_total',
    'stackbox_socket_writes_total',
    'stackbox_search_lag_entries',
    'stackbox_event_loop_delay_seconds{quantile="0.99"}',
    'stackbox_build_info{version=',
    'process_resident_memory_bytes',
    'nodejs_heap_size_used_bytes',
  ]) {
    expect(text).toContain(`\n${name}`);
  }
  // A stranger's made-up path is no label.
  await server.request('GET', '/api/v1/made-up', { as: 'ana' });
  expect((await server.request('GET', '/metrics')).text).not.toContain('made-up');
  socket.close();
});

test('[SEC6] from elsewhere metrics are read with their token, sent in a header', async () => {
  await using server = await withServer({ metricsToken: 'let-me-see' });
  // A proxy on this machine: the peer is local, who asks is not.
  const ask = (headers: Record<string, string>, query = '') =>
    server.request('GET', `/metrics${query}`, { headers: { 'x-forwarded-for': '203.0.113.7', ...headers } });
  const refused = await ask({});
  expect(refused.body).toMatchObject({ status: 401, code: 'unauthenticated' });
  expect((await ask({ authorization: 'Bearer let-me-se' })).status).toBe(401);
  expect((await ask({}, '?token=let-me-see')).status).toBe(401);
  expect((await ask({ authorization: `Bearer ${await server.token('ana')}` })).status).toBe(401);
  expect((await ask({ authorization: 'Bearer let-me-see' })).status).toBe(200);
  expect((await server.request('GET', '/metrics')).status).toBe(200);
});

test('without a token set, nobody from elsewhere reads them', async () => {
  await using server = await withServer();
  const headers = { forwarded: 'for=203.0.113.7', authorization: 'Bearer undefined' };
  expect((await server.request('GET', '/metrics', { headers })).status).toBe(401);
});
