// PmmAdapter: PMM / Ruang GTK as a source. Pulls pages of changed records by cursor and tells PMM
// what became of them. It takes no records.
//
// Threading and ownership: as adapter.h says; the loop outlives the adapter. A page is read on the
// adapter's own thread ("pmm-reader"): up to 32 MiB of it would hold up every other peer on the
// loop's.
#ifndef KINERJA_ADAPTERS_PMM_PMM_ADAPTER_H_
#define KINERJA_ADAPTERS_PMM_PMM_ADAPTER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/pmm/pmm_mapping.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/executor.h"
#include "gateway/net/http_client.h"
#include "gateway/net/http_loop.h"
#include "kinerja/config/v1/config.pb.h"

namespace kinerja::adapters::pmm {

class PmmAdapter final : public adapter::Adapter {
 public:
  // INVALID_ARGUMENT with a sentence: a profile that is not known, or what HttpClient refuses.
  static absl::StatusOr<std::unique_ptr<adapter::Adapter>> Create(
      const config::v1::SourceSystem& source, net::HttpLoop* loop);

  const adapter::Manifest& Describe() const override { return manifest_; }

  // Takes no records: no facts, no parts.
  void Prepare(const adapter::Call& call, const v1::Skp& skp,
               std::function<void(adapter::PrepareAnswer)> done) override;
  std::vector<adapter::PlannedPart> Plan(const adapter::PlanInput& input) const override;
  void Deliver(const adapter::Call& call, std::vector<adapter::Item> items,
               std::function<void(std::vector<adapter::Outcome>)> done) override;
  void Lookup(const adapter::Call& call, adapter::Item item,
              std::function<void(adapter::LookupAnswer)> done) override;

  void Pull(const adapter::Call& call, std::string cursor, size_t limit,
            std::function<void(adapter::PullAnswer)> done) override;
  void SendStatus(const adapter::Call& call, std::vector<adapter::StatusReport> reports,
                  std::function<void(std::vector<adapter::Outcome>)> done) override;
  void Check(const adapter::Call& call,
             std::function<void(std::vector<adapter::Finding>)> done) override;

 private:
  PmmAdapter(const config::v1::SourceSystem& source, std::unique_ptr<net::HttpClient> client);

  // Sends with the token; `refused` is called instead when there is none to send.
  void Send(const adapter::Call& call, net::HttpRequest request,
            std::function<void(net::HttpResult)> done,
            const std::function<void(adapter::Outcome)>& refused);

  const std::string system_;
  const std::string url_;  // without a slash at the end
  const std::string token_file_;
  MappingOptions mapping_;
  adapter::Manifest manifest_;
  base::Executor reader_;
  std::unique_ptr<net::HttpClient> client_;  // last: its callbacks end before the rest goes
};

}  // namespace kinerja::adapters::pmm

#endif  // KINERJA_ADAPTERS_PMM_PMM_ADAPTER_H_
