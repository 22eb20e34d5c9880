#include "gateway/net/http_loop.h"

#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/net/engine.h"

namespace kinerja::net {

absl::StatusOr<std::unique_ptr<HttpLoop>> HttpLoop::Start() {
  KJ_ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, Engine::Start());
  return std::unique_ptr<HttpLoop>(new HttpLoop(std::move(engine)));
}

HttpLoop::HttpLoop(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

HttpLoop::~HttpLoop() = default;

void HttpLoop::Stop() { engine_->Stop(); }

}  // namespace kinerja::net
