package dev.sluice.infra.compute;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The kinds of machine there are, by name. */
public final class InstanceTypes {
  private static final String RESOURCE = "ec2-instance-types-us-east-1.csv";
  private static final String HEADER =
      "instance_type,vcpus,memory_mib,architecture,instance_store_gb,network_baseline_gbps,"
          + "network_peak_gbps,ebs_baseline_mbps,burstable,current_generation,spot,"
          + "on_demand_usd_per_hour";
  private static final int COLUMNS = 12;

  private final Map<String, InstanceType> byName;

  private InstanceTypes(Map<String, InstanceType> byName) {
    this.byName = Collections.unmodifiableMap(byName);
  }

  /** Those shipped: us-east-1, Linux, on demand. */
  public static InstanceTypes shipped() {
    try (InputStream in = InstanceTypes.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("not shipped: " + RESOURCE);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static InstanceTypes parse(String csv) {
    List<String> lines = csv.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException("the table of instance types must begin with " + HEADER);
    }
    Map<String, InstanceType> types = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      if (cells.length != COLUMNS) {
        throw new IllegalArgumentException("not " + COLUMNS + " columns: " + line);
      }
      types.put(cells[0], type(cells));
    }
    return new InstanceTypes(types);
  }

  private static InstanceType type(String[] cells) {
    return new InstanceType(
        cells[0],
        Integer.parseInt(cells[1]),
        Long.parseLong(cells[2]),
        cells[3],
        Long.parseLong(cells[4]),
        Double.parseDouble(cells[5]),
        Double.parseDouble(cells[6]),
        cells[7].isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(Double.parseDouble(cells[7])),
        cells[8].equals("yes"),
        cells[9].equals("yes"),
        cells[10].equals("spot"),
        new BigDecimal(cells[11]));
  }

  public Optional<InstanceType> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All of them, in the order of their names. */
  public List<InstanceType> all() {
    return List.copyOf(byName.values());
  }
}
