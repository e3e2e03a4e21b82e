package com.example.shop;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** Lists the products that are for sale, fifty to a page. */
public class ProductsServlet extends HttpServlet {
    private static final int PAGE_SIZE = 50;
    private static final String QUERY =
        "SELECT p.sku, p.name, c.name, p.price, p.stock FROM product p JOIN category c ON c.id = p.category_id"
        + " WHERE p.active ORDER BY p.sku LIMIT ? OFFSET ?";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        int page = pageNumber(request);
        StringBuilder body = new StringBuilder(
            "<table>\n<tr><th>Artikel</th><th>Name</th><th>Gruppe</th><th>Preis</th><th>Bestand</th></tr>\n");
        int rows = 0;
        try (Connection connection = Database.connect();
                PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setInt(1, PAGE_SIZE);
            statement.setInt(2, (page - 1) * PAGE_SIZE);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    appendRow(body, result);
                    rows++;
                }
            }
        } catch (SQLException e) {
            throw new ServletException("the products could not be read", e);
        }
        body.append("</table>\n<p>Seite ").append(page).append(": ").append(rows).append(" Artikel</p>\n");
        if (rows == PAGE_SIZE) {
            body.append("<p><a href=\"products?page=").append(page + 1).append("\">weiter</a></p>\n");
        }
        response.setContentType("text/html;charset=UTF-8");
        response.getWriter().write(Html.page("Produkte", body.toString()));
    }

    private static void appendRow(StringBuilder body, ResultSet result) throws SQLException {
        body.append("<tr>");
        for (int column = 1; column <= 5; column++) {
            body.append("<td>").append(Html.escape(result.getString(column))).append("</td>");
        }
        body.append("</tr>\n");
    }

    private static int pageNumber(HttpServletRequest request) {
        try {
            return Math.max(1, Integer.parseInt(request.getParameter("page")));
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
