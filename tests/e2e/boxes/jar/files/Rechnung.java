package at.firma;

import com.sun.net.httpserver.HttpServer;
import java.io.FileReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/** Invoices: what they are made of comes by HTTP, and lies in a folder. */
public class Rechnung {
    public static void main(String[] words) throws Exception {
        Properties settings = new Properties();
        try (FileReader file = new FileReader(System.getProperty("spring.config.location"))) {
            settings.load(file);
        }
        Path folder = Path.of(settings.getProperty("rechnung.ablage"));
        Path log = Path.of(settings.getProperty("logging.file.name"));
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(settings.getProperty("server.port"))), 0);
        server.createContext("/", exchange -> {
            if ("POST".equals(exchange.getRequestMethod())) {
                Files.write(folder.resolve("rechnung-" + System.nanoTime() + ".txt"), exchange.getRequestBody().readAllBytes());
            }
            Files.writeString(log, "gefragt\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            answer(exchange, "Rechnung: " + settings.getProperty("rechnung.ort"));
        });
        server.start();
        HttpServer management = HttpServer.create(
            new InetSocketAddress("127.0.0.1", Integer.parseInt(settings.getProperty("management.server.port"))), 0);
        management.createContext("/actuator/health", exchange -> answer(exchange, "{\"status\":\"UP\"}"));
        management.start();
    }

    private static void answer(com.sun.net.httpserver.HttpExchange exchange, String text) throws java.io.IOException {
        byte[] data = text.getBytes("UTF-8");
        exchange.sendResponseHeaders(200, data.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(data);
        }
    }
}
