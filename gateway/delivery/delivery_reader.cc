#include "gateway/delivery/delivery_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/resource/page_token.h"
#include "gateway/resource/skp_name.h"
#include "gateway/schema/catalogue.h"

namespace kinerja::delivery {
namespace {

constexpr char kDeliveriesPart[] = "/deliveries/";

absl::Status RequestInvalid(std::string_view field, std::string_view problem) {
  return schema::Error(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REQUEST_INVALID,
                       {{"field", std::string(field)}, {"problem", std::string(problem)}});
}

absl::Status SkpNotFound(const std::string& name) {
  return schema::Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_SKP_NOT_FOUND,
                       {{"name", name}});
}

// What was asked for is not repeated: it may be anything.
absl::Status DeliveryNotFound() {
  return schema::Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_DELIVERY_NOT_FOUND,
                       {{"field", "name"}});
}

absl::Status CheckRight(const security::Principal& principal, const std::string& instansi) {
  if (principal.MayUseInstansi(instansi)) return absl::OkStatus();
  return schema::Error(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_INSTANSI_NOT_ALLOWED,
                       {{"instansi", instansi}});
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  const int64_t micros = absl::ToUnixMicros(time);
  stamp.set_seconds(micros / 1'000'000);
  stamp.set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1000));
  return stamp;
}

// The delivery with the names that its row does not have.
v1::Delivery Named(const store::DeliveryRow& row, bool with_parts) {
  v1::Delivery delivery = ToProto(row, with_parts);
  delivery.set_skp(resource::FormatSkpName(row.instansi, row.skp));
  delivery.set_name(absl::StrCat(delivery.skp(), kDeliveriesPart, row.target));
  return delivery;
}

store::DeliveryQuery QueryOf(const v1::DeliveryFilter& filter, const std::string& instansi,
                             uint64_t after) {
  store::DeliveryQuery query;
  query.target = filter.target();
  if (filter.state() != v1::DELIVERY_STATE_UNSPECIFIED) {
    query.state = static_cast<store::DeliveryState>(filter.state());
  }
  query.instansi = instansi;
  query.reason = filter.reason();
  query.after = static_cast<store::DeliveryId>(after);
  return query;
}

v1::BreakerState BreakerOf(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::kClosed:
      return v1::BREAKER_STATE_CLOSED;
    case CircuitBreaker::State::kOpen:
      return v1::BREAKER_STATE_OPEN;
    case CircuitBreaker::State::kHalfOpen:
      return v1::BREAKER_STATE_HALF_OPEN;
  }
  return v1::BREAKER_STATE_UNSPECIFIED;
}

}  // namespace

absl::Status TargetNotFound(std::string_view field) {
  return schema::Error(absl::StatusCode::kNotFound, v1::ERROR_REASON_TARGET_NOT_FOUND,
                       {{"field", std::string(field)}});
}

DeliveryReader::DeliveryReader(Options options) : options_(std::move(options)) {
  for (const TargetFacts& facts : options_.targets) targets_.emplace(facts.config.id(), facts);
}

template <typename Response>
void DeliveryReader::Run(std::function<absl::StatusOr<Response>(const store::View&)> read,
                         ReadDone<Response> done) const {
  // `done` answers exactly once: here only when the read was not taken.
  const auto shared = std::make_shared<ReadDone<Response>>(std::move(done));
  const absl::Status handed_in = options_.store->Read(
      [read = std::move(read), shared](const store::View& view) { (*shared)(read(view)); });
  if (!handed_in.ok()) (*shared)(handed_in);
}

// ---- Explain ----

TargetHold DeliveryReader::HoldOf(const std::string& target, bool paused) const {
  TargetHold hold;
  hold.paused = paused;
  const absl::Time now = options_.clock->Now();
  const route::OpeningHours& hours = targets_.at(target).hours;
  if (!hours.IsOpen(now)) hold.opens = hours.NextOpen(now);
  const std::optional<TargetHealth> health = options_.dispatcher->HealthOf(target);
  if (health && health->breaker == CircuitBreaker::State::kOpen) {
    hold.breaker_until = now + health->breaker_for;
    hold.trouble = health->trouble;
  }
  return hold;
}

absl::Status DeliveryReader::ExplainRecord(const store::View& view,
                                           const security::Principal& principal, store::SkpId id,
                                           v1::ExplainSkpResponse* response) const {
  KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(id));
  if (!head) return SkpNotFound("the record");
  KJ_RETURN_IF_ERROR(CheckRight(principal, head->keys.instansi));
  response->set_skp(resource::FormatSkpName(head->keys.instansi, id));
  response->set_revision(head->revision);
  KJ_ASSIGN_OR_RETURN(const store::Change change, view.GetChange(head->change));
  KJ_ASSIGN_OR_RETURN(const v1::Skp skp, options_.open_body(change.body));
  const std::vector<std::string> selected =
      route::SelectTargets(*options_.routes, route::KeysOf(skp));
  for (const auto& [target, facts] : targets_) {
    KJ_ASSIGN_OR_RETURN(const std::optional<store::DeliveryRow> row,
                        view.FindDeliveryOf(target, id, store::DeliveryKind::kRecord));
    KJ_ASSIGN_OR_RETURN(const std::optional<store::TargetRow> decided, view.FindTarget(target));
    const bool is_selected = std::binary_search(selected.begin(), selected.end(), target);
    v1::Whereabouts line = delivery::Explain(row ? &*row : nullptr, is_selected,
                                             HoldOf(target, decided && decided->paused));
    line.set_target(target);
    line.set_target_nama(facts.config.nama());
    *response->add_targets() = std::move(line);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ExplainSkpResponse> DeliveryReader::Explain(
    const store::View& view, const security::Principal& principal,
    const v1::ExplainSkpRequest& request) const {
  v1::ExplainSkpResponse response;
  if (!request.name().empty()) {
    const std::optional<resource::SkpName> name = resource::ParseSkpName(request.name());
    if (!name) return RequestInvalid("name", "it is no instansi/{kode_bkn}/skp/{id}");
    KJ_RETURN_IF_ERROR(CheckRight(principal, name->instansi));
    KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head, view.FindHead(name->id));
    if (!head || head->keys.instansi != name->instansi) return SkpNotFound(request.name());
    KJ_RETURN_IF_ERROR(ExplainRecord(view, principal, name->id, &response));
    return response;
  }
  if (request.source_system().empty() || request.source_id().empty()) {
    return RequestInvalid("name", "it is empty; give it, or source_system and source_id");
  }
  KJ_ASSIGN_OR_RETURN(const std::optional<store::SourceRow> source,
                      view.FindSource(request.source_system(), request.source_id()));
  KJ_ASSIGN_OR_RETURN(const std::optional<store::Head> head,
                      source ? view.FindHead(source->skp) : std::optional<store::Head>());
  // Ids of a source are easily guessed: a record of another instansi is not told from none.
  const bool may_explain = head && principal.MayUseInstansi(head->keys.instansi);
  if (may_explain) KJ_RETURN_IF_ERROR(ExplainRecord(view, principal, source->skp, &response));
  KJ_ASSIGN_OR_RETURN(const std::optional<store::RejectRow> reject,
                      view.FindReject(request.source_system(), request.source_id()));
  const bool may_see = reject && principal.MayUseInstansi(reject->instansi);
  if (may_see) {
    response.mutable_kept_aside()->set_version(reject->version);
    *response.mutable_kept_aside()->mutable_since() = ToTimestamp(reject->at);
    for (const v1::Violation& violation : options_.violations_of(*reject)) {
      *response.mutable_kept_aside()->add_violations() = violation;
    }
  }
  // Not repeated: a source id may be any text.
  if (!may_explain && !may_see) return SkpNotFound("a record of this source id");
  return response;
}

void DeliveryReader::ExplainSkp(const security::Principal& principal,
                                const v1::ExplainSkpRequest& request,
                                ReadDone<v1::ExplainSkpResponse> done) const {
  Run<v1::ExplainSkpResponse>(
      [this, &principal, request](const store::View& view) {
        return Explain(view, principal, request);
      },
      std::move(done));
}

// ---- Deliveries ----

void DeliveryReader::ListDeliveries(const security::Principal& principal,
                                    const v1::ListDeliveriesRequest& request,
                                    ReadDone<v1::ListDeliveriesResponse> done) const {
  const absl::StatusOr<size_t> page_size = resource::PageSize(request.page_size());
  if (!page_size.ok()) return done(page_size.status());
  const absl::StatusOr<uint64_t> after = resource::ReadPageToken(request);
  if (!after.ok()) return done(after.status());
  std::optional<std::string> instansi = resource::ParseInstansiName(request.parent());
  const std::optional<resource::SkpName> record = resource::ParseSkpName(request.parent());
  if (!instansi && !record) {
    return done(RequestInvalid("parent", "it is no instansi/{kode_bkn} and no record"));
  }
  if (record) instansi = record->instansi;
  if (*instansi == "-") instansi->clear();
  if (!instansi->empty()) {
    const absl::Status right = CheckRight(principal, *instansi);
    if (!right.ok()) return done(right);
  }
  store::DeliveryQuery query = QueryOf(request.filter(), *instansi, *after);
  if (record) query.skp = record->id;
  Run<v1::ListDeliveriesResponse>(
      [this, &principal, request, size = *page_size,
       query](const store::View& view) -> absl::StatusOr<v1::ListDeliveriesResponse> {
        v1::ListDeliveriesResponse response;
        const auto take = [&](const store::DeliveryRow& row) {
          if (principal.MayUseInstansi(row.instansi))
            *response.add_deliveries() = Named(row, false);
          return static_cast<size_t>(response.deliveries_size()) < size;
        };
        KJ_ASSIGN_OR_RETURN(const store::DeliveryId next,
                            view.ScanDeliveries(query, options_.max_scan, take));
        if (next != 0) {
          response.set_next_page_token(
              resource::MakePageToken(request, static_cast<uint64_t>(next)));
        }
        return response;
      },
      std::move(done));
}

void DeliveryReader::GetDelivery(const security::Principal& principal,
                                 const v1::GetDeliveryRequest& request,
                                 ReadDone<v1::GetDeliveryResponse> done) const {
  const std::string& full = request.name();
  const size_t cut = full.find(kDeliveriesPart);
  const std::optional<resource::SkpName> name =
      cut == std::string::npos ? std::nullopt : resource::ParseSkpName(full.substr(0, cut));
  if (!name) {
    return done(
        RequestInvalid("name", "it is no instansi/{kode_bkn}/skp/{skp}/deliveries/{target}"));
  }
  const absl::Status right = CheckRight(principal, name->instansi);
  if (!right.ok()) return done(right);
  const std::string target = full.substr(cut + sizeof(kDeliveriesPart) - 1);
  Run<v1::GetDeliveryResponse>(
      [full, target, name](const store::View& view) -> absl::StatusOr<v1::GetDeliveryResponse> {
        KJ_ASSIGN_OR_RETURN(const std::optional<store::DeliveryRow> row,
                            view.FindDeliveryOf(target, name->id, store::DeliveryKind::kRecord));
        if (!row || row->instansi != name->instansi) return DeliveryNotFound();
        v1::GetDeliveryResponse response;
        *response.mutable_delivery() = Named(*row, true);
        KJ_ASSIGN_OR_RETURN(const std::vector<store::AttemptRow> attempts,
                            view.ListAttempts(row->id));
        for (const store::AttemptRow& attempt : attempts) {
          *response.mutable_delivery()->add_attempts() = ToProto(attempt);
        }
        return response;
      },
      std::move(done));
}

// ---- Targets ----

v1::DeliveryTarget DeliveryReader::Describe(const TargetFacts& facts,
                                            const std::optional<store::TargetRow>& row) const {
  v1::DeliveryTarget target;
  target.set_id(facts.config.id());
  target.set_nama(facts.config.nama());
  target.set_adapter(facts.manifest.kind);
  for (const std::string& kind : facts.manifest.part_kinds) target.add_part_kinds(kind);
  target.set_max_in_flight(facts.config.pace().max_in_flight());
  target.set_requests_per_second(facts.config.pace().requests_per_second());
  if (row) {
    target.set_paused(row->paused);
    *target.mutable_paused_time() = ToTimestamp(row->at);
  }
  const absl::Time now = options_.clock->Now();
  target.set_open_now(facts.hours.IsOpen(now));
  if (!target.open_now()) *target.mutable_opens_time() = ToTimestamp(facts.hours.NextOpen(now));
  const std::optional<TargetHealth> health = options_.dispatcher->HealthOf(facts.config.id());
  if (!health) return target;
  target.set_breaker(BreakerOf(health->breaker));
  target.mutable_breaker_for()->set_seconds(absl::ToInt64Seconds(health->breaker_for));
  target.set_in_flight(static_cast<uint32_t>(health->in_flight));
  target.set_delivered(health->delivered);
  target.set_failed(health->failed);
  return target;
}

void DeliveryReader::ListTargets(const v1::ListTargetsRequest& request,
                                 ReadDone<v1::ListTargetsResponse> done) const {
  const absl::StatusOr<size_t> page_size = resource::PageSize(request.page_size());
  if (!page_size.ok()) return done(page_size.status());
  const absl::StatusOr<uint64_t> after = resource::ReadPageToken(request);
  if (!after.ok()) return done(after.status());
  Run<v1::ListTargetsResponse>(
      [this, request, size = *page_size,
       after = *after](const store::View& view) -> absl::StatusOr<v1::ListTargetsResponse> {
        v1::ListTargetsResponse response;
        uint64_t index = 0;
        for (const auto& [id, facts] : targets_) {
          if (index++ < after) continue;
          KJ_ASSIGN_OR_RETURN(const std::optional<store::TargetRow> row, view.FindTarget(id));
          *response.add_targets() = Describe(facts, row);
          if (static_cast<size_t>(response.targets_size()) == size) break;
        }
        if (index < targets_.size()) {
          response.set_next_page_token(resource::MakePageToken(request, index));
        }
        return response;
      },
      std::move(done));
}

void DeliveryReader::GetTarget(std::string_view id, ReadDone<v1::DeliveryTarget> done) const {
  const auto found = targets_.find(id);
  if (found == targets_.end()) return done(TargetNotFound("id"));
  Run<v1::DeliveryTarget>(
      [this,
       &facts = found->second](const store::View& view) -> absl::StatusOr<v1::DeliveryTarget> {
        KJ_ASSIGN_OR_RETURN(const std::optional<store::TargetRow> row,
                            view.FindTarget(facts.config.id()));
        v1::DeliveryTarget target = Describe(facts, row);
        KJ_ASSIGN_OR_RETURN(const auto counts, view.CountDeliveries(facts.config.id()));
        for (const auto& [state, count] : counts) {
          v1::StateCount* each = target.add_counts();
          each->set_state(static_cast<v1::DeliveryState>(state));
          each->set_count(count);
        }
        return target;
      },
      std::move(done));
}

}  // namespace kinerja::delivery
