package com.example.shop;

/** The frame that all pages share. */
final class Html {
    private Html() {
    }

    static String page(String title, String body) {
        return "<!DOCTYPE html>\n<html lang=\"de\">\n<head><meta charset=\"utf-8\"><title>" + escape(title)
            + "</title>\n<link rel=\"stylesheet\" href=\"css/shop.css\"></head>\n<body>\n<h1>" + escape(title)
            + "</h1>\n" + body + "</body>\n</html>\n";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
