package dev.sluice.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  enum Durability {
    SYNC,
    BATCH
  }

  record Door(
      @Default("127.0.0.1") String host,
      @Default("8080") int port,
      @Default("16MiB") ByteSize bodyLimit,
      Optional<Secret> writeKey) {
    Door {
      if (port < 0) {
        throw new IllegalArgumentException("port is negative");
      }
    }
  }

  record Root(
      Door door,
      @Default("2s") Duration interval,
      @Default("sync") Durability durability,
      @Default("a, b") List<String> names,
      Map<String, Integer> limits,
      Optional<URI> catalog) {}

  @TempDir Path directory;

  @Test
  void nothingSetGivesTheDefaultsOfTheRecord() {
    Root root = Settings.defaults(Root.class);

    assertThat(root.door())
        .isEqualTo(new Door("127.0.0.1", 8080, new ByteSize(16 << 20), Optional.empty()));
    assertThat(root.interval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(root.durability()).isEqualTo(Durability.SYNC);
    assertThat(root.names()).containsExactly("a", "b");
    assertThat(root.limits()).isEmpty();
    assertThat(root.catalog()).isEmpty();
  }

  @Test
  void theFileSetsValuesOfEveryKind() throws Exception {
    Root root =
        read(
            """
            door: {port: 9, body-limit: 1KiB, write-key: k}
            interval: 250ms
            durability: batch
            names: [x]
            limits: {one: 1}
            catalog: http://c:1
            """,
            Map.of());

    assertThat(root.door().port()).isEqualTo(9);
    assertThat(root.door().bodyLimit().bytes()).isEqualTo(1024);
    assertThat(root.door().writeKey()).contains(new Secret("k"));
    assertThat(root.interval()).isEqualTo(Duration.ofMillis(250));
    assertThat(root.durability()).isEqualTo(Durability.BATCH);
    assertThat(root.names()).containsExactly("x");
    assertThat(root.limits()).containsEntry("one", 1);
    assertThat(root.catalog()).contains(URI.create("http://c:1"));
  }

  @Test
  void theEnvironmentWinsOverTheFile() throws Exception {
    Root root =
        read(
            "door: {port: 9}",
            Map.of(
                "SLUICE_DOOR_PORT",
                "10",
                "SLUICE_NAMES",
                "p,q",
                "SLUICE_DOOR_WRITE_KEY",
                "w",
                "SLUICE_LIMITS",
                "a=1, b=2"));

    assertThat(root.door().port()).isEqualTo(10);
    assertThat(root.names()).containsExactly("p", "q");
    assertThat(root.door().writeKey()).contains(new Secret("w"));
    assertThat(root.limits()).isEqualTo(Map.of("a", 1, "b", 2));
  }

  @Test
  void anUnknownKeyIsRefusedAndTheNearestIsNamed() {
    assertThatThrownBy(() -> read("door: {prot: 9}", Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessage("unknown setting 'door.prot'; did you mean 'port'?");
  }

  @Test
  void anUnknownVariableOfOursIsRefusedAndOthersAreLeftAlone() {
    assertThatThrownBy(() -> read("", Map.of("SLUICE_DOR_PORT", "1", "HOME", "/")))
        .hasMessage(
            "environment variable SLUICE_DOR_PORT sets nothing; did you mean 'SLUICE_DOOR_PORT'?");
  }

  @Test
  void whatACommandDecidesIsRefusedElsewhereRatherThanIgnored() throws Exception {
    Path file = Files.writeString(directory.resolve("decided.yaml"), "door: {port: 9}");
    Map<String, String> decided = Map.of("door.port", "7");

    assertThat(Settings.read(Root.class, Optional.empty(), Map.of(), decided).door().port())
        .isEqualTo(7);
    assertThatThrownBy(() -> Settings.read(Root.class, Optional.of(file), Map.of(), decided))
        .hasMessage(
            "setting 'door.port' is decided by this command; take it out of the settings file");
    assertThatThrownBy(
            () ->
                Settings.read(
                    Root.class, Optional.empty(), Map.of("SLUICE_DOOR_PORT", "9"), decided))
        .hasMessageContaining("take it out of the environment (SLUICE_DOOR_PORT)");
  }

  @Test
  void aWrongValueIsNamedWithItsKey() {
    assertThatThrownBy(() -> read("door: {port: many}", Map.of()))
        .hasMessage("setting 'door.port' is no int: 'many'");
    assertThatThrownBy(() -> read("interval: soon", Map.of()))
        .hasMessageContaining("setting 'interval': not a duration: 'soon'");
    assertThatThrownBy(() -> read("durability: perhaps", Map.of()))
        .hasMessage("setting 'durability' is 'perhaps', but must be one of: sync, batch");
    assertThatThrownBy(() -> read("door: {port: -1}", Map.of()))
        .hasMessage("setting 'door': port is negative");
    assertThatThrownBy(() -> read("limits: 7", Map.of()))
        .hasMessage("setting 'limits' holds '7', but must be key=value,key=value");
    assertThatThrownBy(() -> read("door: 7", Map.of()))
        .hasMessage("setting 'door' is a group of keys, not one value");
  }

  @Test
  void aFileThatIsNotYamlOrSetsAKeyTwiceIsRefusedWithTheLine() {
    assertThatThrownBy(() -> read("interval: 2s\ninterval: 3s\n", Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("at line 2");
    assertThatThrownBy(() -> read("door: [", Map.of())).isInstanceOf(SettingsException.class);
  }

  @Test
  void aSecretIsNeverPrinted() throws Exception {
    Root root = read("door: {write-key: hush}", Map.of());

    assertThat(root.toString()).doesNotContain("hush");
  }

  private Root read(String yaml, Map<String, String> environment) throws Exception {
    Path file = Files.writeString(directory.resolve("settings.yaml"), yaml);
    return Settings.read(Root.class, Optional.of(file), environment);
  }
}
