package com.example.shop;

import java.sql.Connection;
import java.sql.SQLException;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.servlet.ServletException;
import javax.sql.DataSource;

/** The shop's data source, as Tomcat hands it out. */
final class Database {
    private static final String NAME = "java:comp/env/jdbc/shop";

    private Database() {
    }

    static Connection connect() throws SQLException, ServletException {
        try {
            return ((DataSource) new InitialContext().lookup(NAME)).getConnection();
        } catch (NamingException e) {
            throw new ServletException("no data source " + NAME, e);
        }
    }
}
