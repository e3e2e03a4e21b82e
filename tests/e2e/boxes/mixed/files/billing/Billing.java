package com.example.billing;

import com.sun.net.httpserver.HttpServer;
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.Properties;

public final class Billing {
    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        try (InputStream in = new FileInputStream(System.getProperty("billing.config"))) { settings.load(in); }
        Path ledger = Paths.get(settings.getProperty("ledger"));
        int port = Integer.parseInt(settings.getProperty("port"));
        HttpServer server = HttpServer.create(new InetSocketAddress(settings.getProperty("bind"), port), 50);
        server.createContext("/rate", exchange -> answer(exchange, settings.getProperty("rate") + "\n"));
        server.createContext("/ledger", exchange -> answer(exchange, new String(Files.readAllBytes(ledger), StandardCharsets.UTF_8)));
        server.createContext("/meter", exchange -> answer(exchange, meter(settings) + "\n"));
        server.start();
        System.out.println("billing listens on " + port);
    }

    private static String meter(Properties settings) throws IOException {
        int port = Integer.parseInt(settings.getProperty("meter.port"));
        try (Socket socket = new Socket(settings.getProperty("meter.host"), port)) {
            socket.getOutputStream().write("COUNT\n".getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
        }
    }

    private static void answer(com.sun.net.httpserver.HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) { out.write(body); }
    }
}
