// grpc-js as a subscriber would use it: the steps of third_party_clients_test.cc.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const env = process.env;
const definition = protoLoader.loadSync('kinerja/v1/skp_service.proto', {
  includeDirs: [env.KJ_PROTO],
  keepCase: true,
  enums: String,
  longs: String,
  defaults: true,
});
const { SkpService } = grpc.loadPackageDefinition(definition).kinerja.v1;
const client = new SkpService(env.KJ_ADDRESS, grpc.credentials.createInsecure());

const rpc = new protobuf.Root();
rpc.resolvePath = (origin, target) => path.join(env.KJ_PROTO, target);
rpc.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);

function bytesOf(name) {
  return fs.readFileSync(path.join(env.KJ_REQUESTS, name + '.binpb'));
}
function requestOf(name) {
  return SkpService.service.SubmitSkp.requestDeserialize(bytesOf(name));
}
function credentialsOf(token) {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', 'Bearer ' + token);
  return metadata;
}

function call(method, request, token = env.KJ_TOKEN) {
  return new Promise((resolve, reject) => {
    client[method](request, credentialsOf(token), (error, response) =>
      error ? reject(error) : resolve(response));
  });
}
function submitBytes(bytes) {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/kinerja.v1.SkpService/SubmitSkp', (b) => b, (b) => b, bytes, credentialsOf(env.KJ_TOKEN),
      (error, response) => (error ? reject(error) : resolve(response)));
  });
}

// The error of a call that must fail, with its details by type.
async function refusalOf(promise) {
  const error = await promise.then(() => assert.fail('it was accepted'), (e) => e);
  const packed = error.metadata.get('grpc-status-details-bin')[0];
  assert.ok(packed, 'details are missing: ' + error);
  assert.ok(packed.length <= 6 * 1024, 'details of ' + packed.length + ' bytes');
  const details = {};
  for (const any of rpc.lookupType('google.rpc.Status').decode(packed).details) {
    const type = any.type_url.split('/')[1];
    const message = rpc.lookupType(type);
    details[type.split('.')[2]] = message.toObject(message.decode(any.value), { defaults: true });
  }
  return { code: error.code, details };
}

async function main() {
  const created = await call('SubmitSkp', requestOf('valid'));
  assert.strictEqual(created.outcome, 'OUTCOME_CREATED');
  assert.deepStrictEqual(await call('SubmitSkp', requestOf('valid')), created);

  const reused = await refusalOf(call('SubmitSkp', requestOf('reused')));
  assert.strictEqual(reused.code, grpc.status.ALREADY_EXISTS);
  assert.strictEqual(reused.details.ErrorInfo.reason, 'REQUEST_ID_REUSED');

  const wrong = await refusalOf(call('SubmitSkp', requestOf('wrong')));
  assert.strictEqual(wrong.code, grpc.status.INVALID_ARGUMENT);
  assert.strictEqual(wrong.details.ErrorInfo.reason, 'RECORD_INVALID');
  assert.strictEqual(wrong.details.ErrorInfo.domain, 'kinerja.gateway');
  assert.strictEqual(wrong.details.LocalizedMessage.locale, 'id');
  const violations = wrong.details.BadRequest.fieldViolations;
  assert.deepStrictEqual(violations.map((v) => v.reason).sort(), env.KJ_CODES.split(','));
  assert.ok(violations.every((v) => v.description && v.localizedMessage.message));

  const many = await refusalOf(call('SubmitSkp', requestOf('many')));
  assert.strictEqual(many.details.ErrorInfo.metadata.total, '200');
  assert.ok(many.details.BadRequest.fieldViolations.length > 5);
  const judged = await call('SubmitSkp', requestOf('many_validate_only'));
  assert.strictEqual(judged.outcome, 'OUTCOME_INVALID');
  assert.strictEqual(judged.violations.length, 200);

  const changed = await call('SubmitSkp', requestOf('frozen'), env.KJ_FEED_TOKEN);
  assert.deepStrictEqual(changed.warnings.map((w) => w.reason), ['ERROR_REASON_PLAN_FROZEN']);
  const { conflicts } = await call('ListConflicts', { parent: created.name });
  assert.deepStrictEqual(conflicts.map((c) => c.path), ['rhk[rhk_id=r-1].uraian']);
  assert.strictEqual(conflicts[0].cause.reason, 'ERROR_REASON_PLAN_FROZEN');

  const broken = bytesOf('valid');
  broken[broken.indexOf('Sekar')] = 0xff;
  const unreadable = await refusalOf(submitBytes(broken));
  assert.strictEqual(unreadable.code, grpc.status.INVALID_ARGUMENT);
  assert.strictEqual(unreadable.details.ErrorInfo.reason, 'REQUEST_UNREADABLE');

  const large = await refusalOf(call('SubmitSkp', requestOf('large')));
  assert.strictEqual(large.details.ErrorInfo.reason, 'MESSAGE_TOO_LARGE');
}

main().then(() => client.close(), (error) => {
  console.error(error);
  process.exit(1);
});
