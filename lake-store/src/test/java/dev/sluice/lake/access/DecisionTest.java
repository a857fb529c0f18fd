package dev.sluice.lake.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.daemon.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What must hold of every decision, whatever the grants and the request. */
class DecisionTest {
  private static final String ID = "the-key";

  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private record Case(AccessKey key, AccessRequest request) {
    boolean allowed(AccessKey other) {
      return new Access(List.of(other)).decide(request) instanceof Decision.Allowed;
    }
  }

  private static AccessKey key(List<Grant> grants, Optional<Instant> expires) {
    return new AccessKey(ID, new Secret("s"), "one", expires, Optional.empty(), List.of(), grants);
  }

  private static Arbitrary<String> name() {
    return Arbitraries.of("lake", "pond", "sea");
  }

  private static Arbitrary<String> text() {
    return Arbitraries.strings().withChars('a', '/').ofMaxLength(4);
  }

  private static Arbitrary<Grant> grant() {
    return Combinators.combine(
            Arbitraries.of("*", "lake", "pond", "sea"), text(), Arbitraries.of(Right.class))
        .as((bucket, prefix, right) -> new Grant(bucket, right == Right.OWN ? "" : prefix, right));
  }

  private static Arbitrary<Target> target() {
    return Arbitraries.oneOf(
        Arbitraries.just(new Target.Buckets()),
        name().map(Target.Bucket::new),
        Combinators.combine(name(), text()).as(Target.Listing::new),
        Combinators.combine(name(), text()).as(Target.Key::new));
  }

  private static Arbitrary<Instant> time() {
    return Arbitraries.integers().between(0, 9).map(EPOCH::plusSeconds);
  }

  @Provide
  static Arbitrary<Case> cases() {
    Arbitrary<AccessKey> keys =
        Combinators.combine(grant().list().ofMinSize(1).ofMaxSize(4), time().optional())
            .as(DecisionTest::key);
    Arbitrary<AccessRequest> requests =
        Combinators.combine(
                time(),
                Arbitraries.of(Right.class),
                target(),
                Arbitraries.of("one", "two").optional())
            .as(
                (at, right, target, owner) ->
                    new AccessRequest(
                        new Caller.KeyHolder(ID), at, "Anything", right, target, owner));
    return Combinators.combine(keys, requests).as(Case::new);
  }

  @Property
  void takingAGrantAwayNeverAllowsMore(@ForAll("cases") Case each) {
    if (each.allowed(each.key())) {
      return;
    }
    List<Grant> grants = each.key().grants();
    for (int at = 0; at < grants.size() && grants.size() > 1; at++) {
      List<Grant> fewer = new ArrayList<>(grants);
      fewer.remove(at);
      assertThat(each.allowed(key(fewer, each.key().expires()))).isFalse();
    }
  }

  @Property
  void anExpiredKeyIsNeverAllowedAndExpiryNeverAllowsMore(@ForAll("cases") Case each) {
    boolean expired =
        each.key().expires().filter(end -> !each.request().at().isBefore(end)).isPresent();
    boolean allowed = each.allowed(each.key());
    assertThat(allowed && expired).isFalse();
    if (allowed) {
      assertThat(each.allowed(key(each.key().grants(), Optional.empty()))).isTrue();
    }
  }

  @Property
  void anotherAccountsBucketIsNeverAllowed(@ForAll("cases") Case each) {
    if (each.request().owner().filter(owner -> !owner.equals("one")).isPresent()) {
      assertThat(each.allowed(each.key())).isFalse();
    }
  }

  @Property
  void aLesserRightIsAllowedWhereAGreaterOneIs(@ForAll("cases") Case each) {
    if (each.allowed(each.key())) {
      for (Right lesser : Right.values()) {
        if (lesser.compareTo(each.request().right()) < 0) {
          AccessRequest request = each.request();
          Case other =
              new Case(
                  each.key(),
                  new AccessRequest(
                      request.caller(),
                      request.at(),
                      "Anything",
                      lesser,
                      request.target(),
                      request.owner()));
          assertThat(other.allowed(each.key())).isTrue();
        }
      }
    }
  }

  @Property
  void aListingShowsOnlyKeysThatMayBeRead(@ForAll("cases") Case each) {
    AccessRequest request = each.request();
    if (request.target() instanceof Target.Listing listing && each.allowed(each.key())) {
      for (String more : List.of("", "a", "/", "a/b")) {
        Target inside = new Target.Key(listing.bucket(), listing.prefix() + more);
        AccessRequest read =
            new AccessRequest(
                request.caller(), request.at(), "GetObject", Right.READ, inside, request.owner());
        assertThat(new Case(each.key(), read).allowed(each.key())).isTrue();
      }
    }
  }

  @Property
  void nobodyAndStrangersAreNeverAllowed(@ForAll("cases") Case each) {
    AccessRequest request = each.request();
    for (Caller caller : List.of(new Caller.Anonymous(), new Caller.KeyHolder("stranger"))) {
      AccessRequest other =
          new AccessRequest(
              caller, request.at(), "Anything", request.right(), request.target(), request.owner());
      assertThat(new Case(each.key(), other).allowed(each.key())).isFalse();
    }
  }
}
