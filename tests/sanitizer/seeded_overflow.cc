// Overflows a signed integer: UndefinedBehaviorSanitizer must report it.
#include <climits>

int main(int argc, char**) {
  const int sum = INT_MAX + argc;
  return sum > 0 ? 1 : 0;
}
